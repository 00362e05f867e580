/// What a client may do; each includes those before it.
public enum AccessRight: String, CaseIterable, Comparable, Sendable {
    case read, submit, admin

    public static func < (left: AccessRight, right: AccessRight) -> Bool { left.rank < right.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A token by which a client from outside is known: a line `NAME RIGHT TOKEN` of the token file.
public struct AccessToken: Equatable, Sendable {
    public let name: String
    public let right: AccessRight
    public let secret: String

    public init(name: String, right: AccessRight, secret: String) {
        (self.name, self.right, self.secret) = (name, right, secret)
    }

    public var line: String { "\(name) \(right.rawValue) \(secret)\n" }

    public static let nameForm = "up to 64 letters, digits, - and _"

    public static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                $0 == 0x2d || $0 == 0x5f || Character(UnicodeScalar($0)).isLetter || (0x30...0x39).contains($0)
            }
            && text.utf8.allSatisfy { $0 < 0x80 }
    }

    /// A secret that nobody guesses: 256 random bits, in letters and digits that any shell and header takes.
    public static func newSecret() -> String {
        var generator = SystemRandomNumberGenerator()  // of the kernel: getrandom(2)
        let digits = Array("0123456789abcdefghijklmnopqrstuv".utf8)
        return String(decoding: (0..<52).map { _ in digits[Int(generator.next() & 31)] }, as: UTF8.self)
    }

    /// The tokens of a file; nil for a line that is none, whose number comes with it.
    public static func parse(_ text: String) -> (tokens: [AccessToken], badLine: Int?) {
        var tokens: [AccessToken] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(separator: " ")
            if words.isEmpty || line.hasPrefix("#") { continue }
            guard words.count == 3, isName(String(words[0])), let right = AccessRight(rawValue: String(words[1])),
                words[2].utf8.count >= 16
            else { return (tokens, index + 1) }
            tokens.append(AccessToken(name: String(words[0]), right: right, secret: String(words[2])))
        }
        return (tokens, nil)
    }

    /// The token whose secret is `secret`. Takes as long whichever it is, and wherever a wrong one differs.
    public static func find(_ secret: String, in tokens: [AccessToken]) -> AccessToken? {
        let given = Array(secret.utf8)
        var found: AccessToken?
        for token in tokens where isSame(given, Array(token.secret.utf8)) { found = token }
        return found
    }

    /// Reads every byte of both, also past the first that differs: the time tells how long they are, and nothing else.
    static func isSame<Bytes: RandomAccessCollection<UInt8>>(_ left: Bytes, _ right: Bytes) -> Bool {
        var difference: UInt8 = left.count == right.count ? 0 : 1
        for byte in left.dropFirst(right.count) { difference |= byte }
        for byte in right.dropFirst(left.count) { difference |= byte }
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }
}
