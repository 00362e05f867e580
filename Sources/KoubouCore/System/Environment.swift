import Glibc

/// What stands in an environment under a name; of this process it is looked up when it is asked for, as few names are.
public struct Environment: Sendable, ExpressibleByDictionaryLiteral {
    private let given: [String: String]?

    public static let ofProcess = Environment(given: nil)

    public init(dictionaryLiteral variables: (String, String)...) {
        self.init(given: Dictionary(variables) { $1 })
    }

    private init(given: [String: String]?) { self.given = given }

    /// As text; what is not UTF-8 is repaired.
    public subscript(name: String) -> String? {
        if let given { given[name] } else { getenv(name).map { String(cString: $0) } }
    }

    /// The names that begin with `prefix`, in no order.
    func names(startingWith prefix: String) -> [String] {
        if let given { return given.keys.filter { $0.hasPrefix(prefix) } }
        var names: [String] = []
        var next = environ
        while let word = next.pointee {
            next += 1
            guard strncmp(word, prefix, prefix.utf8.count) == 0, let end = strchr(word, 0x3d /* = */) else { continue }
            names.append(String(decoding: UnsafeRawBufferPointer(start: word, count: end - word), as: UTF8.self))
        }
        return names
    }

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
        words.filter { word in !ofServiceManager.contains { word.starts(with: $0.utf8) } }
    }

    private static let ofServiceManager = [
        "NOTIFY_SOCKET=", "WATCHDOG_USEC=", "WATCHDOG_PID=", "LISTEN_PID=", "LISTEN_PIDFDID=", "LISTEN_FDS=",
        "LISTEN_FDNAMES=",
    ]
}
