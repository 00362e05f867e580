/// Writes the few JSON texts that are not made by SQLite: the words of a task.
public enum JSONText {
    /// A JSON array of strings; nil when a word is not UTF-8.
    static func array(_ words: [[UInt8]]) -> String? {
        var parts: [String] = []
        for word in words {
            guard let text = String(validating: word, as: UTF8.self) else { return nil }
            parts.append(quoted(text))
        }
        return array(of: parts)
    }

    /// The strings of a JSON array as `array` writes it; nil where one of them needs an escape, or it is written in another
    /// way, which SQLite reads.
    static func plainWords(_ json: String) -> [[UInt8]]? {
        var json = json
        return json.withUTF8 { bytes in
            guard bytes.count > 3, bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") else { return nil }
            let quote = UInt8(ascii: "\"")
            var words: [[UInt8]] = []
            var index = 1
            while index < bytes.count - 1 {
                guard bytes[index] == quote, let end = bytes[(index + 1)...].firstIndex(of: quote) else { return nil }
                let word = bytes[(index + 1)..<end]
                guard !word.contains(UInt8(ascii: "\\")) else { return nil }
                words.append(Array(word))
                let isLast = end + 1 == bytes.count - 1
                guard isLast || bytes[end + 1] == UInt8(ascii: ",") && end + 2 < bytes.count - 1 else { return nil }
                index = end + 2
            }
            return words
        }
    }

    /// A JSON array of strings; nil when one of the `texts` is not UTF-8, or holds a NUL.
    static func texts(_ texts: ArraySlice<[UInt8]>) -> String? {
        var json: [UInt8] = [UInt8(ascii: "[")]
        json.reserveCapacity(texts.reduce(2) { $0 + $1.count + 3 })
        for text in texts {
            guard text.withUnsafeBytes(isText) else { return nil }
            if json.count > 1 { json.append(UInt8(ascii: ",")) }
            text.withUnsafeBufferPointer { append($0, to: &json) }
        }
        json.append(UInt8(ascii: "]"))
        return String(decoding: json, as: UTF8.self)
    }

    /// A JSON array of numbers.
    public static func list(_ ids: [TaskID]) -> String { array(of: ids.map(\.description)) }

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
        return enclosed("{", members.map { quoted($0.name) + ":" + quoted($0.value) }, "}")
    }

    /// `text` as a JSON string: RFC 8259, section 7.
    public static func quoted(_ text: String) -> String {
        var text = text
        var json: [UInt8] = []
        text.withUTF8 { append($0, to: &json) }
        return String(decoding: json, as: UTF8.self)
    }

    /// What needs no escape, most of a long text, is copied at once.
    private static func append(_ text: UnsafeBufferPointer<UInt8>, to json: inout [UInt8]) {
        if json.isEmpty { json.reserveCapacity(text.count + text.count / 16 + 2) }
        json.append(UInt8(ascii: "\""))
        var start = 0
        for index in text.indices where text[index] < 0x20 || text[index] == 0x22 || text[index] == 0x5c {
            json.append(contentsOf: text[start..<index])
            appendEscape(of: text[index], to: &json)
            start = index + 1
        }
        json.append(contentsOf: text[start...])
        json.append(UInt8(ascii: "\""))
    }

    private static func appendEscape(of byte: UInt8, to json: inout [UInt8]) {
        json.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): json.append(byte)
        case UInt8(ascii: "\n"): json.append(UInt8(ascii: "n"))
        default:
            json.append(contentsOf: "u00".utf8)
            json.append(hexDigit(byte >> 4))
            json.append(hexDigit(byte & 15))
        }
    }

    /// A JSON object of names and strings; nil is null.
    public static func line(_ members: KeyValuePairs<String, String?>) -> String {
        enclosed("{", members.map { quoted($0.key) + ":" + ($0.value.map(quoted) ?? "null") }, "}")
    }

    /// A JSON object of names and values that are JSON; one that is nil is left out.
    public static func object(_ members: KeyValuePairs<String, String?>) -> String {
        object(of: members.map { (name: $0.key, json: $0.value) })
    }

    static func object(of members: [(name: String, json: String?)]) -> String {
        let parts = members.compactMap { name, json in json.map { quoted(name) + ":" + $0 } }
        return enclosed("{", parts, "}")
    }

    /// `object`, which has members, with more of them at its end.
    public static func object(_ object: String, adding members: KeyValuePairs<String, String?>) -> String {
        let more = self.object(members)
        return more == "{}" ? object : object.dropLast() + "," + more.dropFirst()
    }

    /// A JSON array of values that are JSON.
    public static func array(of values: [String]) -> String { enclosed("[", values, "]") }

    /// The generic code behind joined(separator:) asks the runtime for types, which is a twentieth of a submit.
    private static func enclosed(_ open: String, _ parts: [String], _ end: String) -> String {
        var text = open
        for (index, part) in parts.enumerated() {
            if index > 0 { text += "," }
            text += part
        }
        return text + end
    }

    /// The first escape in `json` that stands for no text: a NUL, at which SQLite's functions end a string, or half of a
    /// surrogate pair, which they pass on as bytes that are not UTF-8. Nil when there is none.
    public static func escapeWithoutText(_ json: String) -> String? {
        var json = json
        return json.withUTF8 { bytes in
            var index = 0
            while let backslash = bytes[index...].firstIndex(of: UInt8(ascii: "\\")) {
                index = min(backslash + 2, bytes.count)
                guard let first = unit(bytes, at: backslash) else { continue }
                index = backslash + 6
                switch first {
                case 0, 0xdc00...0xdfff: return String(decoding: bytes[backslash..<index], as: UTF8.self)
                case 0xd800...0xdbff:
                    guard let second = unit(bytes, at: index), (0xdc00...0xdfff).contains(second) else {
                        return String(decoding: bytes[backslash..<index], as: UTF8.self)
                    }
                    index += 6
                default: break
                }
            }
            return nil
        }
    }

    /// The value of the escape `\uXXXX` that begins at `index`; nil where there is none.
    private static func unit(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt16? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        return UInt16(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }
}
