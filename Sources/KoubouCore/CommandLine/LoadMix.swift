/// What a load test hands in, by share: the file of `koubouctl load --mix`.
///
/// A line is `SHARE%` and what would follow `koubouctl submit`; words are separated by spaces, quotes have no meaning.
/// Empty lines, and those that begin with `#`, say nothing.
public struct LoadMix: Equatable, Sendable {
    public struct Part: Equatable, Sendable {
        /// Per cent.
        public let share: Int
        public let words: [Word]
        public let place: LoadMixError.Place
    }

    public let parts: [Part]

    /// Reads `text`; `name` stands for it in errors.
    public init(_ text: [UInt8], named name: String) throws(LoadMixError) {
        var parts: [Part] = []
        for (index, line) in text.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }.map { Word(bytes: Array($0)) }
            guard let first = words.first, first.bytes.first != UInt8(ascii: "#") else { continue }
            let place = LoadMixError.Place(name: name, line: index + 1)
            guard first.bytes.last == UInt8(ascii: "%"), let share = first.text.flatMap({ Int($0.dropLast()) }),
                (1...100).contains(share)
            else { throw .noShare(first.display, place) }
            guard words.count > 1 else { throw .noTask(place) }
            parts.append(Part(share: share, words: Array(words.dropFirst()), place: place))
        }
        let sum = parts.reduce(0) { $0 + $1.share }
        guard sum == 100 else { throw .sum(sum, name: name) }
        self.parts = parts
    }
}

/// A mix that says nothing sensible.
public enum LoadMixError: UserFacingError, Equatable {
    public struct Place: Equatable, Sendable {
        let name: String
        let line: Int
    }

    case noShare(String, Place)
    case noTask(Place)
    case sum(Int, name: String)
    /// The words after a share are wrong, as they would be on a command line.
    case words(UsageError, Place)

    public var exitCode: ExitCode { .dataError }

    public var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .noShare(let word, let place):
            ("'\(word)' is no share", "\(place.name):\(place.line)", "begin the line with one, like: 70% -- /bin/true")
        case .noTask(let place):
            (
                "there is no task", "\(place.name):\(place.line)",
                "write it after the share, like: 30% -t shell sleep 0.1"
            )
        case .words(let error, let place):
            (error.report.what, "\(place.name):\(place.line)", error.report.remedy)
        case .sum(let sum, let name): ("the shares add up to \(sum)%", name, "make it 100%")
        }
    }
}

/// Deals out parts by their shares, evenly mixed: of any hundred in a row, each has exactly its share.
public struct ShareDealer: Sendable {
    private let shares: [Int]
    private let sum: Int
    private var credits: [Int]

    public init(_ shares: [Int]) {
        (self.shares, sum) = (shares, shares.reduce(0, +))
        credits = shares.map { _ in 0 }
    }

    /// The index of the part whose turn it is.
    public mutating func next() -> Int {
        var best = 0
        for index in shares.indices {
            credits[index] += shares[index]
            if credits[index] > credits[best] { best = index }
        }
        credits[best] -= sum
        return best
    }
}
