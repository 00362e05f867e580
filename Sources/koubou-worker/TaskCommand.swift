import Glibc
import KoubouCore

/// What a claimed task runs: its plan, and the files in memory that the plan's descriptors name.
struct TaskCommand: ~Copyable {
    var plan: SpawnPlan
    private let files: [Int32]

    /// A script's descriptor in its shell. It is no file, so that it is in nobody's argv, and not stdin, which the
    /// script's commands would read from.
    private static let scriptDescriptor: Int32 = 3

    /// - Parameters:
    ///   - launcher: the words before the task's own, filled in; nil: it runs here.
    ///   - codexHelp: of the Codex that the words start.
    ///   - isJSON: whether a text is JSON.
    init(
        _ claim: Claim, type: TaskType, launcher: [[UInt8]]?, environment: [[UInt8]],
        codexHelp: ([String]) throws -> String, isJSON: (String) -> Bool
    ) throws {
        let settings = type.agent.overridden(by: claim.metadata)
        if let launcher {
            let words = launcher + Self.launchedWords(claim, type)
            try self.init(claim, words, environment, inputs: [0: claim.prompt])
            return
        }
        switch type.program {
        case .argv:
            try self.init(claim, claim.argv ?? [], environment, inputs: [0: claim.prompt])
        case .script:
            let words = ["/bin/sh", "/dev/fd/\(Self.scriptDescriptor)"]
            try self.init(claim, Self.bytes(words), environment, inputs: [Self.scriptDescriptor: claim.prompt])
        case .command(let words):
            try self.init(claim, Self.bytes(words), environment, inputs: [0: claim.prompt])
        case .codex(let program):
            let words = try CodexCommand.words(
                program: program, settings: settings, session: claim.metadata["resume"], help: codexHelp(program))
            try self.init(
                claim, Self.bytes(words), environment,
                inputs: [0: claim.prompt ?? [], CodexCommand.schemaDescriptor: settings.format.map { Array($0.utf8) }])
        case .chat(let dialect):
            try settings.check(isJSON)
            let server = ChatServer(dialect, settings)
            let request = try ChatRequest(server, prompt: claim.prompt ?? [])
            let configuration = try request.curlConfiguration(key: server.key(environment: Environment.ofProcess))
            try self.init(
                claim, Self.bytes(ChatRequest.arguments), environment,
                inputs: [0: Array(configuration.utf8), ChatRequest.bodyDescriptor: Array(request.body.utf8)])
        }
    }

    /// - Parameter inputs: what can be read on each descriptor; nil: nothing is there.
    private init(
        _ claim: Claim, _ words: [[UInt8]], _ environment: [[UInt8]], inputs: [Int32: [UInt8]?]
    ) throws(SystemError) {
        var plan = SpawnPlan(arguments: words, environment: environment, workingDirectory: claim.cwd)
        var files: [Int32] = []
        do {
            for (target, bytes) in inputs {
                guard let bytes else { continue }
                files.append(try makeMemoryFile(named: "input", holding: bytes).take())
                plan.descriptors[target] = files.last
            }
        } catch {
            for file in files { close(file) }
            throw error
        }
        (self.plan, self.files) = (plan, files)
    }

    /// The words of a task that runs elsewhere, where no descriptor but the first three leads: a script comes on stdin, and is
    /// read to its end before it runs.
    private static func launchedWords(_ claim: Claim, _ type: TaskType) -> [[UInt8]] {
        switch type.program {
        case .argv: claim.argv ?? []
        case .script: bytes(["/bin/sh", "-c", "eval \"exec </dev/null; $(cat)\""])
        case .command(let words): bytes(words)
        case .codex, .chat: preconditionFailure("the configuration gives them no launcher")
        }
    }

    deinit { for file in files { close(file) } }

    private static func bytes(_ words: [String]) -> [[UInt8]] { words.map { Array($0.utf8) } }
}
