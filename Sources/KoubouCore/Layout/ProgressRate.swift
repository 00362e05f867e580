/// How fast something goes on, over the last seconds.
public struct ProgressRate: Sendable {
    private static let window: Duration = .seconds(15)
    /// Samples lie at least this far apart, so that there are few of them.
    private static let step: Duration = .milliseconds(500)
    private var samples: [(at: Duration, done: Int)] = []

    public init() {}

    /// Notes that `done` were done at `now`, on the monotonic clock.
    public mutating func note(_ done: Int, at now: Duration) {
        if let last = samples.last, now - last.at < Self.step { return }
        samples.append((now, done))
        while samples.count > 2, now - samples[0].at > Self.window { samples.removeFirst() }
    }

    /// A second; nil until there is something to compare.
    public var perSecond: Double? {
        guard let first = samples.first, let last = samples.last, last.at > first.at else { return nil }
        return Double(last.done - first.done) / (last.at - first.at).inSeconds
    }
}
