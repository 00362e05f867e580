/// Lines in logfmt: `ts=… level=… msg="…" key=value`.
public enum LogLine {
    /// A line for each of `events`.
    /// - Parameter source: fields that say who writes, before the others.
    public static func text(
        _ level: LogLevel, _ message: String, from source: KeyValuePairs<String, Any?> = [:],
        _ events: [KeyValuePairs<String, Any?>], at now: Timestamp
    ) -> String {
        var start = "ts=\(now.rfc3339) level=\(level.rawValue) msg=\(quoted(message))"
        append(source, to: &start)
        var lines = ""
        for fields in events {
            lines += start
            append(fields, to: &lines)
            lines += "\n"
        }
        return lines
    }

    private static func append(_ fields: KeyValuePairs<String, Any?>, to line: inout String) {
        for case (let key, let value?) in fields {
            line += " "
            line += key
            line += "="
            line += quoted(value as? String ?? "\(value)")
        }
    }

    /// In quotes when it is empty or holds a space, a quote, `=` or a control character.
    static func quoted(_ value: String) -> String {
        guard !value.isEmpty else { return "\"\"" }
        let isPlain =
            value.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != 0x22 && $0 != 0x3d && $0 != 0x5c }
            || value.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value != 0x7f && $0 != "\"" && $0 != "=" && $0 != "\\" && !isControl($0)
            }
        guard !isPlain else { return value }
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            default: text += escaped(scalar)
            }
        }
        return text + "\""
    }

    /// `text` with its control characters made visible, so that it can't steer a terminal or forge a line.
    public static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.map(escaped).joined()
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\t": return "\\t"
        case "\r": return "\\r"
        case _ where isControl(scalar):
            let digits = String(scalar.value, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: return String(Character(scalar))
        }
    }
}

/// `error`: a person must act; `warn`: healed by itself; `info`: life cycle; `debug`: each claim.
public enum LogLevel: String, CaseIterable, Comparable, Sendable {
    case error, warn, info, debug

    public static func < (left: LogLevel, right: LogLevel) -> Bool {
        allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
}
