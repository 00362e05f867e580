/// Durations as people write them: `90`, `90s`, `250ms`, `1.5s`, `5m`, `2h`, `7d`.
public enum DurationText {
    public static let form = "a number and its unit, like 90s, 5m, 2h or 7d"
    private static let units: [(suffix: String, milliseconds: Double)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    /// A hundred years: beyond it a date has no four-digit year.
    private static let limit = 36_525.0 * 86_400_000

    /// Nil unless `text` is a number of at least 0 with a unit; seconds without one.
    public static func parse(_ text: String) -> Duration? {
        let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." }
        let suffix = text.dropFirst(digits.count)
        guard let first = digits.first, first != ".", digits.last != ".", let number = Double(digits),
            let unit = suffix.isEmpty ? 1000 : units.first(where: { $0.suffix == suffix })?.milliseconds
        else { return nil }
        return seconds(number * unit / 1000)
    }

    /// Nil for what is negative, or too long to be a duration.
    public static func seconds(_ number: Double) -> Duration? {
        let milliseconds = number * 1000
        guard milliseconds >= 0, milliseconds <= limit else { return nil }
        // 4.033 times 1000 is a little more than 4033.
        return .milliseconds(Int64(((milliseconds * 1000).rounded() / 1000).rounded(.up)))
    }

    /// The shortest exact form: `90s`, `1m`, `250ms`.
    public static func text(_ duration: Duration) -> String {
        let milliseconds = duration.millisecondsRoundedUp
        for (suffix, length) in units.reversed() where milliseconds % Int(length) == 0 && milliseconds >= Int(length) {
            return "\(milliseconds / Int(length))\(suffix)"
        }
        return "\(milliseconds)ms"
    }
}
