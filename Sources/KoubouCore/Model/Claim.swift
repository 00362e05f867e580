/// The right to run one attempt of a task, and all that is needed to run it.
public struct Claim: Sendable {
    public let task: TaskID
    /// Of its own for every claim there ever was, rising: every write about the attempt is fenced by it.
    public let number: Int64
    public let type: String
    /// 1 for the first.
    public let attempt: Int
    public let maxAttempts: Int
    /// Attempts that ended with their worker: they don't count as failures.
    public let lost: Int
    public let timeout: Duration?
    public let prompt: [UInt8]?
    public let argv: [[UInt8]]?
    public let cwd: [UInt8]
    public let env: [[UInt8]]
    /// What its submitter asks of an agent, among other things.
    public let metadata: [String: String]
    /// True where no attempt came before that could have left something.
    public let isFirst: Bool

    public init(
        task: TaskID, number: Int64, type: String, attempt: Int, maxAttempts: Int, lost: Int, timeout: Duration?,
        prompt: [UInt8]?, argv: [[UInt8]]?, cwd: [UInt8], env: [[UInt8]],
        metadata: [String: String] = [:], isFirst: Bool = false
    ) {
        (self.task, self.number, self.type, self.attempt, self.maxAttempts) = (task, number, type, attempt, maxAttempts)
        (self.lost, self.timeout, self.prompt, self.argv) = (lost, timeout, prompt, argv)
        (self.cwd, self.env, self.metadata, self.isFirst) = (cwd, env, metadata, isFirst)
    }
}
