/// Any number of durations in little memory: percentiles are exact to one part in 32.
public struct DurationHistogram: Sendable {
    /// Durations in milliseconds by bucket: 32 buckets for each power of two.
    private var buckets = [Int](repeating: 0, count: 64 * Self.perOctave)
    public private(set) var count = 0
    public private(set) var max: Duration = .zero

    private static let perOctave = 32

    public init() {}

    public mutating func add(_ duration: Duration) {
        let milliseconds = UInt64(Swift.max(duration.millisecondsRoundedUp, 0))
        buckets[Self.bucket(of: milliseconds)] += 1
        count += 1
        max = Swift.max(max, duration)
    }

    /// The duration that `percent` of a hundred don't exceed (nearest rank); nil when there are none.
    public func percentile(_ percent: Int) -> Duration? {
        guard count > 0 else { return nil }
        var left = (count * percent + 99) / 100
        for (index, number) in buckets.enumerated() {
            left -= number
            if left <= 0 { return min(.milliseconds(Self.top(of: index)), max) }
        }
        return max
    }

    /// Exact below 64; above, the five bits after the first one count.
    private static func bucket(of value: UInt64) -> Int {
        guard value >= UInt64(2 * perOctave) else { return Int(value) }
        let shift = 64 - value.leadingZeroBitCount - 6
        return shift * perOctave + Int(value >> UInt64(shift))
    }

    /// The largest value of a bucket.
    private static func top(of bucket: Int) -> Int64 {
        guard bucket >= 2 * perOctave else { return Int64(bucket) }
        let shift = bucket / perOctave - 1
        return Int64(clamping: UInt64(bucket - shift * perOctave + 1) << UInt64(shift) - 1)
    }
}
