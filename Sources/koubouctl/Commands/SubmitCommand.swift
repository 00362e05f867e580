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
          koubouctl submit --after "$(koubouctl submit -- make)" -- make install
          koubouctl submit --at 18:30 --key nightly -- rsync -a /data /backup
        """

    /// Bytes of all that --lines or --jsonl read: it is held in memory.
    private static let manyMax = 1 << 30

    private static let wait = CommandOption<Bool>.flag("--wait", short: "-w", "show its output, and exit as it does")
    private static let json = CommandOption<Bool>.flag("--json", "print the task as JSON instead of its id")
    private static let lines = CommandOption<Bool>.flag("--lines", "a task for each line of stdin")
    private static let zero = CommandOption<Bool>.flag("--null", short: "-0", "with --lines: lines end with NUL")
    private static let jsonl = CommandOption<Bool>.flag("--jsonl", "a task for each JSON object of stdin, one a line")
    static let options: [any OptionSpelling] =
        TaskOptions.all + OrderOptions.all + FollowingOptions.all + [wait, json, lines, zero, jsonl]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseContradictions(arguments)
        let configuration = try context.configuration()
        let tasks = try self.tasks(arguments, configuration, in: context)
        let store = try context.store
        let ids = try store.submit(tasks, depthLimit: configuration.maxDepth, at: Clock.now)
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
    private static func tasks(_ arguments: Arguments, _ configuration: Configuration, in context: Context) throws
        -> [NewTask]
    {
        func template(_ type: String) throws -> NewTask {
            var task = try TaskOptions.template(arguments, type: type, configuration)
            try OrderOptions.apply(arguments, to: &task)
            try FollowingOptions.apply(arguments, in: context, to: &task)
            return task
        }
        if arguments.has(jsonl) {
            let reader = TaskJSONReader(
                store: try context.store, defaultType: try arguments(TaskOptions.type) ?? "shell",
                throttles: configuration.throttles, template: template)
            return try reader.tasks(try readAll(from: STDIN_FILENO, atMost: manyMax))
        }
        let reader = TaskReader(
            command: "koubouctl submit", arguments: arguments, context: context, configuration: configuration,
            template: template)
        guard arguments.has(lines) else { return [try reader.task(arguments.operands)] }
        var task = try reader.promptless()
        let separator: UInt8 = arguments.has(zero) ? 0 : 0x0a
        var prompts = try readAll(from: STDIN_FILENO, atMost: manyMax)
            .split(separator: separator, omittingEmptySubsequences: false)
        if prompts.last?.isEmpty == true { prompts.removeLast() }  // what follows the last separator is no line
        return prompts.map { line in
            task.prompt = Array(line)
            return task
        }
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
        if fromStdin, arguments.has(TaskOptions.stdin) {
            try refuse("--stdin has a meaning with '--' only", "write: koubouctl submit --stdin -- COMMAND [ARG...]")
        }
        if arguments.has(lines), try arguments(FollowingOptions.continues) != nil {
            try refuse("--continue is for one task: a session can't go on in several at once", "leave out --lines")
        }
        let key = try arguments(OrderOptions.key)
        if fromStdin, key != nil {
            try refuse("--key names one task", "leave it out, or give each object of --jsonl a key")
        }
        if key == nil, !arguments.has(jsonl), try arguments(OrderOptions.keyTTL) != nil {
            try refuse("--key-ttl has a meaning with --key only", "add --key KEY")
        }
    }
}
