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
    public var maxAttempts = 1
    /// Nil: no limit.
    public var timeout: Duration?

    public init(type: String, cwd: [UInt8]) { (self.type, self.cwd) = (type, cwd) }
}
