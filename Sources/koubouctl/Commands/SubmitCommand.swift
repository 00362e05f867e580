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
        --lines makes a task of each line of stdin, --jsonl of each JSON object with the fields of 'show --json'. Of
        objects all are stored, or none; of lines each 20,000 are, and their ids come as soon as they are safe.

        examples:
          koubouctl submit 'sleep 1; date'
          koubouctl submit -p 9 --timeout 5m -- make -C /src/project test
          echo 'Explain this repository' | koubouctl submit -t code
          seq -f 'echo %g' 1000 | koubouctl submit -t shell --lines | xargs koubouctl wait
          koubouctl submit --after "$(koubouctl submit -- make)" -- make install
          koubouctl submit --at 18:30 --key nightly -- rsync -a /data /backup
        """

    /// Bytes of all that --jsonl reads, or of one line: it is held in memory.
    private static let manyMax = 1 << 30
    /// Tasks, and bytes of their prompts, that are stored in one step. Nobody else can write meanwhile: a tenth of a second.
    private static let stepMax = 20_000
    private static let stepSize = 4 << 20

    private static let wait = CommandOption<Bool>.flag("--wait", short: "-w", "show its output, and exit as it does")
    private static let json = CommandOption<Bool>.flag("--json", "print the task as JSON instead of its id")
    private static let lines = CommandOption<Bool>.flag("--lines", "a task for each line of stdin")
    private static let zero = CommandOption<Bool>.flag("--null", short: "-0", "with --lines: lines end with NUL")
    private static let jsonl = CommandOption<Bool>.flag("--jsonl", "a task for each JSON object of stdin, one a line")
    static let usual = UsageExamples.Company("", "'echo hello'")
    static let special: [String: UsageExamples.Company] = [
        "--stdin": .init("", "-- sort"), "--lines": .init("-t shell"), "--null": .init("--lines"),
        "--jsonl": .init(), "--key-ttl": .init("--key nightly", "'echo hello'"),
        "--continue": .init("-t code", "'go on'"), "--": .init("", "-- ls -l"),
    ]
    static let options: [any OptionSpelling] =
        TaskOptions.all + OrderOptions.all + FollowingOptions.all + [wait, json, lines, zero, jsonl]

    static func makesQueue(_ arguments: Arguments) -> Bool { true }

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseContradictions(arguments)
        let configuration = try context.configuration()
        let template = { (type: String) throws -> NewTask in
            var task = try TaskOptions.template(arguments, type: type, configuration)
            try OrderOptions.apply(arguments, to: &task)
            try FollowingOptions.apply(arguments, in: context, to: &task)
            return task
        }
        let reader = TaskReader(
            command: "koubouctl submit", arguments: arguments, context: context, configuration: configuration,
            template: template)
        let ids: [TaskID]
        if arguments.has(lines) {
            ids = try submitLines(try reader.promptless(), arguments, configuration, in: context)
        } else {
            let tasks =
                arguments.has(jsonl)
                ? try TaskJSONReader(
                    json: try context.store.json, defaultType: try arguments(TaskOptions.type) ?? "shell",
                    throttles: configuration.throttles, template: template
                ).tasks(try readAll(from: STDIN_FILENO, atMost: manyMax)) : [try reader.task(arguments.operands)]
            ids = try context.store.submit(tasks, depthLimit: configuration.maxDepth, at: Clock.now)
            try makeSafe(ids, in: context)
            if arguments.has(wait), ids.count == 1 { return try TaskFollower(ids[0], in: context).run() }
            try show(ids, arguments, in: context)
        }
        guard arguments.has(wait), !ids.isEmpty else { return 0 }
        context.flush()
        return try TaskWaiter(ids, mode: .all, limit: nil, in: context).run()
    }

    /// Stores a task for each line of stdin, as they come: in steps, so that memory is bounded, and others come to write, too.
    private static func submitLines(
        _ task: NewTask, _ arguments: Arguments, _ configuration: Configuration, in context: Context
    ) throws -> [TaskID] {
        var reader = LineReader(descriptor: STDIN_FILENO, limit: manyMax, separator: arguments.has(zero) ? 0 : 0x0a)
        let waits = arguments.has(wait)
        var ids: [TaskID] = []
        while true {
            let prompts = try reader.lines(count: stepMax, size: stepSize)
            guard !prompts.isEmpty else { return ids }
            let stored = try context.store.submit(
                task, prompts: prompts, depthLimit: configuration.maxDepth, at: Clock.now)
            try makeSafe(stored, in: context)
            try show(stored, arguments, in: context)
            context.flush()
            if waits { ids += stored }
        }
    }

    /// The workers begin while we wait for the disk.
    private static func makeSafe(_ ids: [TaskID], in context: Context) throws {
        let store = try context.store
        // Errors of this are no errors of the submit: the tasks are stored, and the supervisor looks anyway.
        if !ids.isEmpty { context.wake((try? store.processesToWake(forTasks: ids.count)) ?? []) }
        try store.sync()
        try? store.keepWALShort()
        context.stored =
            ids.count == 1 ? "task \(ids[0]) is stored" : ids.last.map { "\(ids.count) tasks are stored, up to \($0)" }
        context.explain(ids.count == 1 ? "stored task \(ids[0])" : "stored \(ids.count) tasks")
    }

    private static func show(_ ids: [TaskID], _ arguments: Arguments, in context: Context) throws {
        let isJSON = arguments.has(json)
        for id in ids { context.print(isJSON ? try context.store.taskJSON(of: id) ?? "" : "\(id)") }
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
            try refuse("--stdin has a meaning with '--' only", "write: koubouctl submit --stdin -- sort")
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
