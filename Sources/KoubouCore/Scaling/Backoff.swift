/// Holds back what fails again and again: the pause doubles with each failure, from `first` up to `limit`.
public struct Backoff: Sendable {
    private let first: Duration
    private let limit: Duration
    private var failedAt: Duration?
    /// Failures without a success between them.
    public private(set) var failures = 0

    public init(first: Duration, limit: Duration) { (self.first, self.limit) = (first, limit) }

    /// Counts a failure of what was begun at `begun`. What was begun before the last failure adds nothing to it: several
    /// that were begun together fail together.
    /// - Returns: true when it was counted.
    @discardableResult
    public mutating func noteFailure(begun: Duration, at now: Duration) -> Bool {
        if let failedAt, begun <= failedAt { return false }
        failedAt = now
        failures += 1
        return true
    }

    /// True of what was begun after the last failure: that it lives shows that the failures are over.
    public func isFollowed(by begun: Duration) -> Bool { failedAt.map { begun > $0 } ?? true }

    public mutating func noteSuccess() { (failures, failedAt) = (0, nil) }

    /// How long to wait before the next try; nil: not at all.
    public func wait(at now: Duration) -> Duration? {
        guard let failedAt else { return nil }
        let rest = failedAt + min(first * (1 << min(failures - 1, 20)), limit) - now
        return rest > .zero ? rest : nil
    }
}
