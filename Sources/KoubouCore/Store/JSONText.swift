/// Writes the few JSON texts that are not made by SQLite: the words of a task.
public enum JSONText {
    /// A JSON array of strings; nil when a word is not UTF-8.
    static func array(_ words: [[UInt8]]) -> String? {
        var parts: [String] = []
        for word in words {
            guard let text = String(validating: word, as: UTF8.self) else { return nil }
            parts.append(quoted(text))
        }
        return "[" + parts.joined(separator: ",") + "]"
    }

    /// A JSON array of strings; nil when one of the `texts` is not UTF-8, or holds a NUL.
    static func texts(_ texts: ArraySlice<[UInt8]>) -> String? {
        var json: [UInt8] = [UInt8(ascii: "[")]
        json.reserveCapacity(texts.reduce(2) { $0 + $1.count + 3 })
        for text in texts {
            guard text.withUnsafeBytes(isText) else { return nil }
            if json.count > 1 { json.append(UInt8(ascii: ",")) }
            append(text, to: &json)
        }
        json.append(UInt8(ascii: "]"))
        return String(decoding: json, as: UTF8.self)
    }

    /// A JSON array of numbers.
    public static func list(_ ids: [TaskID]) -> String { "[" + ids.map(\.description).joined(separator: ",") + "]" }

    /// A JSON object of `NAME=value` words, the last of a name; nil when one is not UTF-8.
    static func object(_ assignments: [[UInt8]]) -> String? {
        var members: [(name: String, value: String)] = []
        for assignment in assignments {
            guard String(validating: assignment, as: UTF8.self) != nil else { return nil }
            // By bytes: characters that combine would swallow the sign, and names that look alike are not the same.
            let name = assignment.prefix { $0 != UInt8(ascii: "=") }
            members.removeAll { $0.name.utf8.elementsEqual(name) }
            members.append(
                (
                    String(decoding: name, as: UTF8.self),
                    String(decoding: assignment.dropFirst(name.count + 1), as: UTF8.self)
                ))
        }
        return "{" + members.map { quoted($0.name) + ":" + quoted($0.value) }.joined(separator: ",") + "}"
    }

    /// `text` as a JSON string: RFC 8259, section 7.
    public static func quoted(_ text: String) -> String {
        var json: [UInt8] = []
        append(text.utf8, to: &json)
        return String(decoding: json, as: UTF8.self)
    }

    private static func append(_ text: some Sequence<UInt8>, to json: inout [UInt8]) {
        json.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): json += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): json += Array("\\n".utf8)
            case 0..<0x20: json += Array("\\u00".utf8) + [hexDigit(byte >> 4), hexDigit(byte & 15)]
            default: json.append(byte)
            }
        }
        json.append(UInt8(ascii: "\""))
    }

    /// A JSON object of names and strings; nil is null.
    public static func line(_ members: KeyValuePairs<String, String?>) -> String {
        "{" + members.map { quoted($0.key) + ":" + ($0.value.map(quoted) ?? "null") }.joined(separator: ",") + "}"
    }

    /// A JSON object of names and values that are JSON; one that is nil is left out.
    public static func object(_ members: KeyValuePairs<String, String?>) -> String {
        object(of: members.map { (name: $0.key, json: $0.value) })
    }

    static func object(of members: [(name: String, json: String?)]) -> String {
        let parts = members.compactMap { name, json in json.map { quoted(name) + ":" + $0 } }
        return "{" + parts.joined(separator: ",") + "}"
    }

    /// `object`, which has members, with more of them at its end.
    public static func object(_ object: String, adding members: KeyValuePairs<String, String?>) -> String {
        let more = self.object(members)
        return more == "{}" ? object : object.dropLast() + "," + more.dropFirst()
    }

    /// A JSON array of values that are JSON.
    public static func array(of values: [String]) -> String { "[" + values.joined(separator: ",") + "]" }

    /// The first escape in `json` that stands for no text: a NUL, at which SQLite's functions end a string, or half of a
    /// surrogate pair, which they pass on as bytes that are not UTF-8. Nil when there is none.
    public static func escapeWithoutText(_ json: String) -> String? {
        var rest = Substring(json).utf8
        /// The four digits of an escape at the beginning of `rest`, its `\\u` taken away.
        func unit() -> UInt16? {
            rest.prefix(4).count == 4 ? UInt16(rest.prefix(4).map(character).joined(), radix: 16) : nil
        }
        func character(_ byte: UInt8) -> String { String(UnicodeScalar(byte)) }
        while let backslash = rest.firstIndex(of: UInt8(ascii: "\\")) {
            rest = rest[rest.index(after: backslash)...]
            guard rest.popFirst() == UInt8(ascii: "u"), let first = unit() else { continue }
            let text = "\\u" + rest.prefix(4).map(character).joined()
            rest.removeFirst(4)
            switch first {
            case 0, 0xdc00...0xdfff: return text
            case 0xd800...0xdbff:
                guard rest.starts(with: "\\u".utf8) else { return text }
                rest.removeFirst(2)
                guard let second = unit(), (0xdc00...0xdfff).contains(second) else { return text }
                rest.removeFirst(4)
            default: break
            }
        }
        return nil
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }
}
