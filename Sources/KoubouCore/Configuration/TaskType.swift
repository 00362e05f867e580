/// What a task type runs and how its attempts are bounded: a section `[type NAME]` of koubou.conf.
public struct TaskType: Equatable, Sendable {
    public let name: String
    public var program: Program
    /// Of one attempt; nil: no limit.
    public var timeout: Duration?
    /// How long an attempt may write nothing; nil: no limit.
    public var idleTimeout: Duration?
    public var retry: RetryPolicy
    public var limits = TaskLimits()
    public var throttle = Throttle.none

    public enum Program: Equatable, Sendable {
        /// The task's own words.
        case argv
        /// The prompt is a script for `/bin/sh`.
        case script
        /// The prompt is the stdin of these words.
        case command([String])
    }

    public init(name: String, program: Program) {
        (self.name, self.program) = (name, program)
        retry = RetryPolicy(maxAttempts: 1)
    }

    /// The types that are there without any configuration.
    public static var builtIn: [TaskType] {
        var code = TaskType(name: "code", program: .command(["codex", "exec", "--skip-git-repo-check", "-"]))
        code.timeout = .seconds(120)
        code.retry.maxAttempts = 3
        var general = TaskType(name: "general", program: .command(["ollama", "run", "gpt-oss:20b"]))
        general.timeout = .seconds(60)
        general.retry.maxAttempts = 3
        general.throttle.concurrency = 1  // the GPU holds one model
        return [TaskType(name: "exec", program: .argv), TaskType(name: "shell", program: .script), code, general]
    }

    /// What a type without a prompt of its own kind needs to be told about a missing program.
    public var remedyForMissingProgram: String {
        switch program {
        case .argv: "install it, or give its path"
        case .script: "install /bin/sh"
        case .command: "install it, or set command in [type \(name)] of koubou.conf"
        }
    }
}
