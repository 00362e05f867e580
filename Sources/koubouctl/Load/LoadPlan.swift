import Glibc
import KoubouCore

/// What a load test hands in: how many tasks, how fast, of which kinds in which shares.
struct LoadPlan {
    var tasks = standardTasks
    /// Tasks a second; nil: as fast as they can be stored.
    var rate: Double?
    private(set) var templates: [NewTask] = []
    private(set) var shares: [Int] = []

    static let standardTasks = 1000
    static let mostTasks = 10_000_000
    static let type = CommandOption<String>.text(
        "--type", short: "-t", "TYPE", "task type (default: exec; shell for a PROMPT)", kind: .type)
    static let priority = CommandOption<Int>.number(
        "--priority", short: "-p", "N", "1 to 10, the highest runs first (5)", in: Priority.allowed)

    /// Tasks as `arguments` say; without words, of a program that does nothing.
    mutating func add(_ arguments: Arguments, share: Int = 100, in configuration: Configuration) throws {
        let (prompt, command) = (arguments.operands, arguments.afterDashes)
        if command != nil, let word = prompt.first {
            throw UsageError.other(
                what: "'\(word.display)' stands before '--'", remedy: "give a prompt, or a command after '--', not both"
            )
        }
        if let command, command.first?.bytes.isEmpty ?? true {
            throw UsageError.other(what: "no command after '--'", remedy: "write: koubouctl load -- /bin/sleep 0.1")
        }
        let type = try configuration.type(named: try arguments(Self.type) ?? (prompt.isEmpty ? "exec" : "shell"))
        var task = NewTask(type: type.name, cwd: try workingDirectory())
        (task.maxAttempts, task.timeout) = (type.retry.maxAttempts, type.timeout)
        if let priority = try arguments(Self.priority).flatMap(Priority.init) { task.priority = priority }
        if type.program == .argv {
            guard prompt.isEmpty else { throw Self.noPrompt(for: type) }
            task.argv = command?.map(\.bytes) ?? [Array("/bin/true".utf8)]
        } else {
            guard command == nil, !prompt.isEmpty || type.program == .script else { throw Self.noWords(for: type) }
            task.prompt = prompt.isEmpty ? Array("true".utf8) : Array(prompt.map(\.bytes).joined(separator: [0x20]))
        }
        templates.append(task)
        shares.append(share)
    }

    /// Tasks as the file `path` says.
    mutating func addMix(_ path: String, in configuration: Configuration) throws {
        let text: [UInt8]
        do { text = try readFile(path) } catch { throw UnreadableFile(LoadCommand.mix, error) }
        for part in try LoadMix(text, named: path).parts {
            do {
                let arguments = try Arguments(
                    part.words, options: [Self.type, Self.priority], command: "koubouctl load")
                try add(arguments, share: part.share, in: configuration)
            } catch let error as UsageError {
                throw LoadMixError.words(error, part.place)
            }
        }
    }

    private static func noWords(for type: TaskType) -> UsageError {
        .other(
            what: "a task of type \(type.name) needs a prompt", remedy: "write: koubouctl load -t \(type.name) 'hello'")
    }

    private static func noPrompt(for type: TaskType) -> UsageError {
        .other(what: "a task of type \(type.name) has no prompt", remedy: "write: koubouctl load -- /bin/sleep 0.1")
    }
}
