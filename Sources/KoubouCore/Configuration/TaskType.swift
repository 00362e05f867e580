import Glibc

/// What a task type runs and how its attempts are bounded: a section `[type NAME]` of koubou.conf.
public struct TaskType: Equatable, Sendable {
    public let name: String
    public var program: Program
    /// Of one attempt; nil: no limit.
    public var timeout: Duration?
    /// How long an attempt may write nothing; nil: no limit.
    public var idleTimeout: Duration?
    /// Within this time Codex must have begun its work: one that waits for something else never does. Nil: no limit.
    public var beginTimeout: Duration? = .seconds(30)
    /// What of the output is the result.
    public var result = ResultForm.text
    public var retry: RetryPolicy
    public var limits = TaskLimits()
    /// What an agent or a model server is asked for.
    public var agent = AgentSettings()
    public var throttle = Throttle.none
    public var launch = LaunchSettings()

    public enum Program: Equatable, Sendable {
        /// The task's own words.
        case argv
        /// The prompt is a script for `/bin/sh`.
        case script
        /// The prompt is the stdin of these words.
        case command([String])
        /// The prompt is a task for the Codex CLI, which is started by these words.
        case codex([String])
        /// The prompt is a question to a model server.
        case chat(ChatServer.Dialect)
    }

    /// Who runs the tasks of a type, as koubou.conf names it.
    public enum Executor: String, CaseIterable, Sendable { case command, codex, ollama, openai }

    /// Nil for exec and shell, which can't be given another one.
    public internal(set) var executor: Executor? {
        get {
            switch program {
            case .argv, .script: nil
            case .command: .command
            case .codex: .codex
            case .chat(.ollama): .ollama
            case .chat(.openai): .openai
            }
        }
        set {
            switch newValue {
            case executor, nil: break
            case .command: program = .command([])
            case .codex: program = .codex(["codex"])
            case .ollama: program = .chat(.ollama)
            case .openai: program = .chat(.openai)
            }
        }
    }

    /// The words of a type that has some; empty ones of a section that has not named them yet.
    public internal(set) var command: [String]? {
        get {
            switch program {
            case .command(let words), .codex(let words): words
            case .argv, .script, .chat: nil
            }
        }
        set {
            guard let newValue else { return }
            if case .codex = program { program = .codex(newValue) } else { program = .command(newValue) }
        }
    }

    public init(name: String, program: Program) {
        (self.name, self.program) = (name, program)
        retry = RetryPolicy(maxAttempts: 1)
    }

    /// The types that are there without any configuration.
    public static var builtIn: [TaskType] {
        var code = TaskType(name: "code", program: .codex(["codex"]))
        code.timeout = .seconds(120)
        code.retry.maxAttempts = 3
        var general = TaskType(name: "general", program: .chat(.ollama))
        general.agent.model = "gpt-oss:20b"
        general.timeout = .seconds(60)
        general.retry.maxAttempts = 3
        general.throttle.concurrency = 1  // the GPU holds one model
        return [TaskType(name: "exec", program: .argv), TaskType(name: "shell", program: .script), code, general]
    }

    /// How its processes are asked to end, one after another within `kill_grace`, before they are killed. Codex takes INT for
    /// the end of its turn, and keeps the session.
    public var stopSignals: [Int32] {
        if case .codex = program { [SIGINT, SIGTERM] } else { [SIGTERM] }
    }

    /// What a type without a prompt of its own kind needs to be told about a missing program.
    public var remedyForMissingProgram: String {
        if launch.launcher != nil { return "install it, or set launcher in [type \(name)] of koubou.conf" }
        return switch program {
        case .argv: "install it, or give its path"
        case .script: "install /bin/sh"
        case .codex:
            "install the Codex CLI, or write executor = codex and command = PATH into [type \(name)] of koubou.conf"
        case .chat: "install curl, which asks the server"
        case .command: "install it, or set command in [type \(name)] of koubou.conf"
        }
    }
}
