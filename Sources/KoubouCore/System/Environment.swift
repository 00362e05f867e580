import Glibc

/// The environment of this process.
public enum Environment {
    /// `NAME=value` each, exact bytes.
    public static var words: [[UInt8]] {
        var words: [[UInt8]] = []
        var next = environ
        while let word = next.pointee {
            words.append(Array(UnsafeRawBufferPointer(start: word, count: strlen(word))))
            next += 1
        }
        return words
    }

    /// Names and values as text; what is not UTF-8 is repaired.
    public static var values: [String: String] {
        var values: [String: String] = [:]
        for word in words {
            let text = String(decoding: word, as: UTF8.self)
            guard let equals = text.firstIndex(of: "=") else { continue }
            values[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return values
    }

    /// `words` with `changes` on top: the last word of a name counts, and takes the place of the first.
    public static func merge(_ words: [[UInt8]], _ changes: [[UInt8]]) -> [[UInt8]] {
        func name(_ word: [UInt8]) -> ArraySlice<UInt8> { word.prefix { $0 != UInt8(ascii: "=") } }
        let changed = Set(changes.map(name))
        var merged = words.filter { !changed.contains(name($0)) }
        for (index, change) in changes.enumerated()
        where !changes[(index + 1)...].contains(where: { name($0) == name(change) }) {
            merged.append(change)
        }
        return merged
    }
}
