/// Samples of the queue over the last minutes, for a curve and a rate.
public struct QueueHistory: Sendable {
    private struct Sample {
        let at: Duration
        let pending: Int
        let active: Int
        let ended: Int
    }

    /// Five minutes of one sample a second.
    private static let length = 300
    private var samples: [Sample] = []

    public init() {}

    /// - Parameter now: on a clock that nobody sets.
    public mutating func add(_ counts: [TaskState: Int], at now: Duration) {
        // Looks that a change brought come in between.
        if let last = samples.last, now - last.at < .milliseconds(900) { return }
        samples.append(
            Sample(
                at: now, pending: counts[.pending] ?? 0, active: counts[.inProgress] ?? 0,
                ended: counts.reduce(0) { $0 + ($1.key.isEnded ? $1.value : 0) }))
        if samples.count > Self.length { samples.removeFirst() }
    }

    public var pending: [Int] { samples.map(\.pending) }
    public var active: [Int] { samples.map(\.active) }

    /// Tasks that ended per second in the last ten seconds; nil as long as there is nothing to compare.
    public var throughput: Double? {
        guard let last = samples.last, let first = samples.first(where: { last.at - $0.at <= .milliseconds(10_500) }),
            first.at < last.at
        else { return nil }
        // Pruned tasks are counted no more.
        return max(0, Double(last.ended - first.ended) / (last.at - first.at).inSeconds)
    }
}
