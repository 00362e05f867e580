/// Where a task stands. The raw value is the word of the schema, of JSON and of the command line.
public enum TaskState: String, CaseIterable, Sendable {
    /// Waits for the tasks it depends on.
    case blocked
    /// Not before `run_at`: a delay, or the backoff before a retry.
    case scheduled
    /// May run now.
    case pending
    /// One worker runs an attempt of it.
    case inProgress = "in_progress"
    case completed
    case failed
    case cancelled

    /// The whole state machine. The schema's trigger is written from it, so that SQL and Swift can't disagree.
    public var successors: Set<TaskState> {
        switch self {
        case .blocked: [.pending, .scheduled, .cancelled]
        case .scheduled: [.pending, .cancelled]
        case .pending: [.inProgress, .scheduled, .cancelled]
        case .inProgress: [.completed, .failed, .cancelled, .pending, .scheduled]
        case .completed: []
        // `koubouctl retry`; blocked when a task that it depends on has to be tried again first.
        case .failed, .cancelled: [.pending, .blocked]
        }
    }

    /// True while the task has not been claimed and may still be changed.
    public var isWaiting: Bool {
        switch self {
        case .blocked, .scheduled, .pending: true
        case .inProgress, .completed, .failed, .cancelled: false
        }
    }

    /// True when nothing but `retry` or `prune` changes the task any more.
    public var isEnded: Bool {
        switch self {
        case .completed, .failed, .cancelled: true
        case .blocked, .scheduled, .pending, .inProgress: false
        }
    }
}
