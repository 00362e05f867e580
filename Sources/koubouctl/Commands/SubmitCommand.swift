import Glibc
import KoubouCore

/// `koubouctl submit`: hands in one task, or many from stdin.
enum SubmitCommand: Command {
    static let name = "submit"
    static let synopsis = [
        "[options] [PROMPT... | -]", "[options] [--stdin] -- COMMAND [ARG...]", "-t TYPE --lines [-0] [options]",
        "--jsonl",
    ]
    static let summary = "hand in a task and print its id, once it is safely stored"
    static let details = """
        The prompt is made of the words, or read from stdin if there are none or '-'. Its default type is shell: a
        script for /bin/sh. What follows '--' is a command whose words are kept exactly (type exec).
        --lines makes a task of each line of stdin, --jsonl of each JSON object with the fields of 'show --json':
        all of them are stored, or none.

        examples:
          koubouctl submit 'sleep 1; date'
          koubouctl submit -p 9 --timeout 5m -- make -C /src/project test
          echo 'Explain this repository' | koubouctl submit -t code
          seq -f 'echo %g' 1000 | koubouctl submit -t shell --lines | xargs koubouctl wait
        """

    /// Bytes of one prompt, and of all that --lines or --jsonl read: both are held in memory.
    private static let promptMax = 64 << 20
    private static let manyMax = 1 << 30

    private static let type = CommandOption<String>.text(
        "--type", short: "-t", "TYPE", "task type (default: shell; exec after --)", kind: .type)
    private static let priority = CommandOption<Int>.number(
        "--priority", short: "-p", "N", "1 to 10, the highest runs first (5)", in: Priority.allowed)
    private static let timeout = CommandOption<Duration>.duration(
        "--timeout", "D", "of one attempt, like 90s or 5m; 0 for none")
    private static let maxAttempts = CommandOption<Int>.number(
        "--max-attempts", "N", "how often it is tried before it has failed", in: 1...1000)
    private static let cwd = CommandOption<[UInt8]>.bytes(
        "--cwd", "DIR", "working directory (default: this one)", kind: .folder)
    private static let env = CommandOption<[UInt8]>.bytes(
        "--env", "K[=V]", "set K for the task, to what it is here without =V")
    private static let tag = CommandOption<String>.text(
        "--tag", "T", "a word to find it by; may be repeated", kind: .tag)
    private static let title = CommandOption<String>.text("--title", "S", "a name for people")
    private static let wait = CommandOption<Bool>.flag("--wait", short: "-w", "show its output, and exit as it does")
    private static let json = CommandOption<Bool>.flag("--json", "print the task as JSON instead of its id")
    private static let stdin = CommandOption<Bool>.flag("--stdin", "give this command's stdin to the task")
    private static let lines = CommandOption<Bool>.flag("--lines", "a task for each line of stdin")
    private static let zero = CommandOption<Bool>.flag("--null", short: "-0", "with --lines: lines end with NUL")
    private static let jsonl = CommandOption<Bool>.flag("--jsonl", "a task for each JSON object of stdin, one a line")
    static let options: [any OptionSpelling] = [
        type, priority, timeout, maxAttempts, cwd, env, tag, title, wait, json, stdin, lines, zero, jsonl,
    ]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseContradictions(arguments)
        let configuration = try context.configuration()
        let tasks: [NewTask]
        if arguments.has(jsonl) {
            tasks = try TaskJSONReader(
                store: context.store, defaultType: try arguments(type) ?? "shell",
                template: {
                    try template(arguments, type: $0, in: context, configuration)
                }
            ).tasks(try readAll(from: STDIN_FILENO, atMost: manyMax))
        } else {
            tasks = try self.tasks(arguments, in: context, configuration)
        }
        let store = try context.store
        let ids = try store.submit(tasks, at: Clock.now)
        // The workers begin while we wait for the disk.
        // Errors of this are no errors of the submit: the tasks are stored, and the supervisor looks anyway.
        if !ids.isEmpty { context.wake((try? store.processesToWake(forTasks: ids.count)) ?? []) }
        try store.sync()
        try? store.keepWALShort()
        context.explain(ids.count == 1 ? "stored task \(ids[0])" : "stored \(ids.count) tasks")

        if arguments.has(wait), ids.count == 1, let id = ids.first {
            return try TaskFollower(id, in: context).run()
        }
        for id in ids { context.print(arguments.has(json) ? try store.taskJSON(of: id) ?? "" : "\(id)") }
        guard arguments.has(wait) else { return 0 }
        context.flush()
        return try TaskWaiter(ids, mode: .all, limit: nil, in: context).run()
    }

    /// One task from words or stdin, or one for each line.
    private static func tasks(_ arguments: Arguments, in context: Context, _ configuration: Configuration) throws
        -> [NewTask]
    {
        if let words = arguments.afterDashes {
            guard let program = words.first, !program.bytes.isEmpty else {
                throw UsageError.other(
                    what: "no command after '--'", remedy: "write: koubouctl submit -- COMMAND [ARG...]")
            }
            var task = try template(arguments, type: try arguments(type) ?? "exec", in: context, configuration)
            guard configuration.types[task.type]?.program == .argv else {
                throw UsageError.other(
                    what: "a task of type \(task.type) takes a prompt, not a command",
                    remedy: "leave out --type, or write: koubouctl submit -t \(task.type) PROMPT")
            }
            task.argv = words.map(\.bytes)
            if arguments.has(stdin) { task.prompt = try readAll(from: STDIN_FILENO, atMost: promptMax) }
            return [task]
        }
        var task = try template(arguments, type: try arguments(type) ?? "shell", in: context, configuration)
        if configuration.types[task.type]?.program == .argv {
            throw UsageError.other(
                what: "a task of type \(task.type) has no prompt", remedy: "write: koubouctl submit -- COMMAND [ARG...]"
            )
        }
        if arguments.has(lines) {
            let separator: UInt8 = arguments.has(zero) ? 0 : 0x0a
            var prompts = try readAll(from: STDIN_FILENO, atMost: manyMax)
                .split(separator: separator, omittingEmptySubsequences: false)
            if prompts.last?.isEmpty == true { prompts.removeLast() }  // what follows the last separator is no line
            return prompts.map { line in
                task.prompt = Array(line)
                return task
            }
        }
        if arguments.operands.isEmpty || arguments.operands == ["-"] {
            if arguments.operands.isEmpty, isatty(STDIN_FILENO) != 0 {
                context.tell("reading the prompt from the terminal, end it with Ctrl-D")
            }
            task.prompt = try readAll(from: STDIN_FILENO, atMost: promptMax)
        } else {
            task.prompt = Array(arguments.operands.map(\.bytes).joined(separator: [0x20]))
        }
        return [task]
    }

    /// A task with all that the options say, checked.
    private static func template(
        _ arguments: Arguments, type name: String, in context: Context, _ configuration: Configuration
    ) throws -> NewTask {
        let type = try configuration.type(named: name)
        var task = NewTask(type: name, cwd: try directory(arguments))
        if let number = try arguments(priority), let priority = Priority(number) { task.priority = priority }
        task.title = try arguments(title)
        task.tags = try arguments.all(tag)
        task.maxAttempts = try arguments(maxAttempts) ?? type.retry.maxAttempts
        task.timeout = type.timeout
        if let limit = try arguments(timeout) { task.timeout = limit == .zero ? nil : limit }
        task.env = try arguments.all(env).compactMap { word throws(UsageError) in try assignment(word) }
        return task
    }

    private static func directory(_ arguments: Arguments) throws -> [UInt8] {
        guard let given = try arguments(cwd) else { return try workingDirectory() }
        let path = given.first == UInt8(ascii: "/") ? given : try workingDirectory() + [UInt8(ascii: "/")] + given
        guard let status = fileStatus(path), status.st_mode & S_IFMT == S_IFDIR else {
            throw UsageError.notAllowed(
                option: "--cwd", value: String(decoding: given, as: UTF8.self), allowed: "a folder that is there")
        }
        return path
    }

    /// `K=V` as it is; `K` with what it is here, or nothing where it isn't set.
    private static func assignment(_ word: [UInt8]) throws(UsageError) -> [UInt8]? {
        let name = word.prefix { $0 != UInt8(ascii: "=") }
        guard !name.isEmpty else {
            throw .notAllowed(
                option: "--env", value: String(decoding: word, as: UTF8.self), allowed: "NAME=VALUE or NAME")
        }
        if name.count < word.count { return word }
        return Environment.words.last { $0.starts(with: word + [UInt8(ascii: "=")]) }
    }

    private static func refuseContradictions(_ arguments: Arguments) throws(UsageError) {
        func refuse(_ what: String, _ remedy: String) throws(UsageError) { throw .other(what: what, remedy: remedy) }
        let fromStdin = arguments.has(lines) || arguments.has(jsonl)
        if arguments.has(lines), arguments.has(jsonl) {
            try refuse("--lines and --jsonl exclude each other", "use one of them")
        }
        if arguments.has(zero), !arguments.has(lines) {
            try refuse("--null has a meaning with --lines only", "add --lines")
        }
        if fromStdin, !arguments.operands.isEmpty || arguments.afterDashes != nil {
            try refuse("--lines and --jsonl read the tasks from stdin", "leave out the words")
        }
        if arguments.has(stdin), arguments.afterDashes == nil {
            try refuse("--stdin has a meaning with '--' only", "write: koubouctl submit --stdin -- COMMAND [ARG...]")
        }
        if arguments.afterDashes != nil, let word = arguments.operands.first {
            try refuse("'\(word.display)' stands before '--'", "give a prompt, or a command after '--', not both")
        }
        if arguments.operands.count > 1, arguments.operands.contains("-") {
            try refuse("'-' stands beside other words", "give the words, or '-' alone to read stdin")
        }
    }
}
