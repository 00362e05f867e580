/// Whom the end of a task is told, and how: `[notify]` of koubou.conf.
public struct NotifySettings: Equatable, Sendable {
    /// Ends that are told by `command`.
    public var states: [TaskState] = [.completed, .failed]
    /// The words of what is run for each; nil: nothing is.
    public var command: [String]?
    /// How long it may take.
    public var timeout: Duration = .seconds(30)
    /// How many run at once.
    public static let concurrency = 4

    public init() {}
}
