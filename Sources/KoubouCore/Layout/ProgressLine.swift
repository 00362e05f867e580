/// One line that tells how far some tasks are: a bar, their number, failures, the rate and the time left.
public struct ProgressLine: Equatable, Sendable {
    public let total: Int
    /// Of `total`, those that have ended; `failed` of them failed.
    public var done: Int
    public var failed: Int
    /// Ends a second; nil while it isn't known.
    public var rate: Double?

    private static let longestBar = 40
    private static let shortestBar = 10

    public init(total: Int, done: Int = 0, failed: Int = 0, rate: Double? = nil) {
        (self.total, self.done, self.failed, self.rate) = (total, done, failed, rate)
    }

    /// What fits into `width` cells: the bar takes what the words leave, and the last words go first.
    public func text(width: Int) -> String {
        var words = words
        func length(_ words: [String]) -> Int { words.reduce(0) { $0 + $1.count } + 2 * (words.count - 1) }
        while words.count > 1, length(words) > width { words.removeLast() }
        let bar = min(width - length(words) - 4, Self.longestBar)  // 4: its brackets and the space after it
        let text = words.joined(separator: "  ")
        return bar < Self.shortestBar ? String(text.prefix(max(width, 0))) : "[\(self.bar(bar))]  \(text)"
    }

    private var words: [String] {
        let digits = String(total).count - String(done).count
        var words = [String(repeating: " ", count: max(digits, 0)) + "\(done)/\(total)", "\(share(100))%"]
        if failed > 0 { words.append("\(failed) failed") }
        if let rate, rate > 0 {
            words.append(RateText.text(perSecond: rate))
            words.append("\(ElapsedText.short(timeLeft(at: rate))) left")
        }
        return words
    }

    private func bar(_ length: Int) -> String {
        let filled = share(length)
        return String(repeating: "#", count: filled) + String(repeating: "-", count: length - filled)
    }

    private func share(_ whole: Int) -> Int { total > 0 ? min(done * whole / total, whole) : whole }

    private func timeLeft(at rate: Double) -> Duration {
        .seconds(min((Double(total - done) / rate).rounded(.up), 1e9))
    }
}
