/// A task as it is handed in.
public struct NewTask: Sendable {
    public var type: String
    public var priority = Priority.standard
    public var title: String?
    /// What the type's program gets: a script, a question, or stdin. Any bytes.
    public var prompt: [UInt8]?
    /// The exact words of an `exec` task.
    public var argv: [[UInt8]]?
    public var cwd: [UInt8]
    /// `NAME=value` each, on top of the supervisor's own environment.
    public var env: [[UInt8]] = []
    public var tags: [String] = []
    /// `NAME=value` each, UTF-8: kept for whoever looks at the task.
    public var metadata: [[UInt8]] = []
    public var maxAttempts = 1
    /// Nil: no limit.
    public var timeout: Duration?
    /// How much of its type's concurrency it takes.
    public var slots = 1
    /// Runs when all of these have completed; cancelled when one of them has failed or was cancelled.
    public var after: [TaskID] = []
    /// Runs when all of these have ended, in whatever way.
    public var afterAny: [TaskID] = []
    /// Not before; nil: at once.
    public var runAt: Timestamp?
    /// No second task is stored while one with this key waits or runs, or has ended no longer ago than `keyLife`.
    public var key: String?
    public var keyLife: Duration = .zero
    /// An earlier task of the same type, in whose session its agent goes on.
    public var continues: TaskID?
    /// The task from inside of which it is handed in.
    public var parent: TaskID?
    /// What is run, without a shell, when it has ended.
    public var notify: [String]?
    /// The recurring task that it is a run of.
    public var recurring: Int64?

    public init(type: String, cwd: [UInt8]) { (self.type, self.cwd) = (type, cwd) }
}
