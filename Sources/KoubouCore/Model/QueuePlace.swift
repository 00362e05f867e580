/// A place in the order in which waiting tasks run, and after them the ended ones, the last first: where a page of the
/// queue begins. It is a key, so that any page costs the same.
public enum QueuePlace: Equatable, Sendable {
    case pending(priority: Int, TaskID)
    case scheduled(runAt: Timestamp, TaskID)
    /// Scheduled for no time: until somebody retries them.
    case held(TaskID)
    case blocked(TaskID)
    case ended(at: Timestamp, TaskID)

    public var task: TaskID {
        switch self {
        case .pending(_, let task), .scheduled(_, let task), .held(let task), .blocked(let task), .ended(_, let task):
            task
        }
    }
}
