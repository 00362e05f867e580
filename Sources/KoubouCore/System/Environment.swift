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
        var values = [String: String](minimumCapacity: 64)
        var next = environ
        while let word = next.pointee {
            next += 1
            let bytes = UnsafeRawBufferPointer(start: word, count: strlen(word))
            guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { continue }
            values[String(decoding: bytes[..<equals], as: UTF8.self)] =
                String(decoding: bytes[(equals + 1)...], as: UTF8.self)
        }
        return values
    }

    /// `words` with `changes` on top: the last word of a name counts, and takes the place of the first.
    public static func merge(_ words: [[UInt8]], _ changes: [[UInt8]]) -> [[UInt8]] {
        var merged = words.filter { word in !changes.contains { haveSameName(word, $0) } }
        for (index, change) in changes.enumerated()
        where !changes[(index + 1)...].contains(where: { haveSameName(change, $0) }) {
            merged.append(change)
        }
        return merged
    }

    private static func haveSameName(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        var index = 0
        while index < first.count, index < second.count, first[index] == second[index] {
            if first[index] == UInt8(ascii: "=") { return true }
            index += 1
        }
        // A word without `=` is a name alone.
        func ends(_ word: [UInt8]) -> Bool { index == word.count || word[index] == UInt8(ascii: "=") }
        return ends(first) && ends(second)
    }

    /// The environment for processes of ours and for tasks: what the service manager tells kouboud is none of their
    /// business (sd_notify(3), sd_listen_fds(3)).
    public static var wordsToPassOn: [[UInt8]] {
        words.filter { word in !["NOTIFY_SOCKET=", "WATCHDOG_", "LISTEN_"].contains { word.starts(with: $0.utf8) } }
    }
}
