/// Whether what a launcher has started has to be reaped, and how often that is tried. Pure.
public struct Reaping: Sendable {
    /// True when the end of the launcher is no proof that the task itself has ended.
    ///
    /// - Parameter wasStopped: the launcher was told to end, and may have done so before the task did.
    public static func isNeeded(after cause: ProcessEnd.Cause, wasStopped: Bool, _ settings: LaunchSettings) -> Bool {
        guard settings.reap != nil else { return false }
        return switch cause {
        case .signalled: true
        case .exited(let status): wasStopped || settings.lostStatus.contains { $0.contains(status) }
        }
    }

    public enum Step: Equatable, Sendable {
        case again(after: Duration)
        /// What was launched may still run: a person has to look.
        case giveUp
    }

    private let deadline: Duration
    /// One that hangs must leave time for others.
    private let shareOfOne: Duration
    private var backoff = Backoff(first: .milliseconds(250), limit: .seconds(30))

    /// - Parameter limit: of all tries together.
    public init(within limit: Duration, from begin: Duration) {
        (deadline, shareOfOne) = (begin + limit, limit / 3)
    }

    /// How long a try that begins now may take.
    public func limitOfTry(at now: Duration) -> Duration { min(shareOfOne, max(deadline - now, .zero)) }

    /// What follows a try, begun at `begun`, that did not succeed.
    public mutating func step(afterFailure begun: Duration, at now: Duration) -> Step {
        backoff.noteFailure(begun: begun, at: now)
        let wait = backoff.wait(at: now) ?? .zero
        return now + wait < deadline ? .again(after: wait) : .giveUp
    }
}
