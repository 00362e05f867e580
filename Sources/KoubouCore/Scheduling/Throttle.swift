/// How many tasks of a type may run at once, and how many may start in a time; nil: any number.
public struct Throttle: Equatable, Sendable {
    /// In slots: a task takes one unless it was handed in with more.
    public var concurrency: Int?
    public var rate: Rate?

    public init(concurrency: Int? = nil, rate: Rate? = nil) { (self.concurrency, self.rate) = (concurrency, rate) }

    public static let none = Throttle()
}

/// So many starts in any time of that length.
public struct Rate: Equatable, Sendable {
    public let count: Int
    public let period: Duration
    public static let form = "a number up to 10000 and s, m, h or d, like 10/m"

    public init(count: Int, period: Duration) { (self.count, self.period) = (count, period) }

    /// As it is written.
    public var text: String { "\(count)/" + DurationText.text(period).drop { $0.isNumber } }

    /// Reads `10/m`; nil for anything else, and for none at all.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
        guard parts.count == 2, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(parts[0]),
            (1...10_000).contains(count), ["s", "m", "h", "d"].contains(parts[1]),
            let period = DurationText.parse("1" + parts[1])
        else { return nil }
        self.init(count: count, period: period)
    }
}
