/// What becomes of a task when an attempt of it has ended.
public enum Disposition: Equatable, Sendable {
    case end(TaskState)
    /// Back into the queue at once.
    case requeue
    /// Back into the queue after a delay.
    case retry(after: Duration)
    /// Scheduled for no time: a person decides, by `koubouctl retry` or `cancel`.
    case hold
}

/// Decides what becomes of a task. Pure.
///
/// - Parameters:
///   - attempt: the number of the attempt that ended, 1 for the first.
///   - lost: how many attempts were lost with their worker, this one included.
///   - deferred: how many in a row were deferred, this one included.
///   - jitter: 0 to 1, from a random source; it spreads retries that failed together.
///   - isReaped: false when what the attempt had launched elsewhere may still run.
public func disposition(
    of end: AttemptOutcome, mayRetry: Bool, attempt: Int, lost: Int, deferred: Int = 0, policy: RetryPolicy,
    jitter: Double, isReaped: Bool = true
) -> Disposition {
    let next = disposition(
        of: end, mayRetry: mayRetry, attempt: attempt, lost: lost, deferred: deferred, policy, jitter: jitter)
    return switch next {
    case .requeue, .retry: isReaped ? next : .hold
    case .end, .hold: next
    }
}

private func disposition(
    of end: AttemptOutcome, mayRetry: Bool, attempt: Int, lost: Int, deferred: Int, _ policy: RetryPolicy,
    jitter: Double
) -> Disposition {
    switch end {
    case .completed: return .end(.completed)
    case .cancelled: return .end(.cancelled)
    case .requeued: return .requeue
    case .deferred: return .retry(after: policy.backoff(afterFailure: deferred, jitter: jitter))
    case .lost:
        switch policy.onLost {
        case .fail: return .end(.failed)
        case .hold: return .hold
        case .retry: return lost < policy.maxLost ? .requeue : .end(.failed)
        }
    case .failed, .timedOut:
        let failures = attempt - lost
        guard mayRetry, failures < policy.maxAttempts else { return .end(.failed) }
        return .retry(after: policy.backoff(afterFailure: failures, jitter: jitter))
    }
}

/// What becomes of a task whose worker died under it.
public enum LostPolicy: String, CaseIterable, Sendable { case retry, fail, hold }

/// How often, and after which delay, a task is tried again.
public struct RetryPolicy: Equatable, Sendable {
    public var maxAttempts: Int
    /// How many times a task may lose its worker.
    public var maxLost = 3
    public var onLost = LostPolicy.retry
    public var backoffMin: Duration = .seconds(1)
    public var backoffMax: Duration = .seconds(300)
    /// Exit statuses that another attempt would not change: usage, data and configuration of sysexits(3).
    public var noRetry: [ClosedRange<Int>] = [64...69, 77...78]

    public init(maxAttempts: Int) { self.maxAttempts = maxAttempts }

    /// Doubles with each failure from `backoffMin` up to `backoffMax`; jitter takes up to half of it away.
    public func backoff(afterFailure failures: Int, jitter: Double) -> Duration {
        let doubled = backoffMin * (1 << min(max(failures - 1, 0), 30))
        return min(doubled, backoffMax) * (1 - jitter / 2)
    }
}
