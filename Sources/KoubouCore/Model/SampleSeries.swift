/// Samples of a number at even steps over any time, in little memory: when there are many, every second one goes and the
/// step doubles.
public struct SampleSeries: Sendable {
    public private(set) var values: [Int] = []
    /// Between two samples.
    public private(set) var step: Duration
    /// Of all samples; 0 without one.
    public private(set) var (min, max) = (0, 0)
    private var sum = 0
    private var count = 0
    private var nextAt: Duration?

    private static let limit = 240

    public init(step: Duration) { self.step = step }

    /// Of all samples, those too that are kept no more; 0 without one.
    public var mean: Double { count == 0 ? 0 : Double(sum) / Double(count) }

    /// - Parameter now: on a clock that nobody sets.
    public mutating func add(_ value: Int, at now: Duration) {
        (min, max) = count == 0 ? (value, value) : (Swift.min(min, value), Swift.max(max, value))
        (sum, count) = (sum + value, count + 1)
        if let nextAt, now < nextAt { return }
        values.append(value)
        nextAt = now + step
        guard values.count > Self.limit else { return }
        values = stride(from: 0, to: values.count, by: 2).map { values[$0] }
        step = step * 2
        nextAt = now + step
    }

    /// At most `count` of the values, evenly chosen from the first to the last.
    public func thinned(to count: Int) -> [Int] {
        guard values.count > count, count > 1 else { return values }
        return (0..<count).map { values[$0 * (values.count - 1) / (count - 1)] }
    }
}
