import Glibc
import KoubouCore

/// `koubouctl cancel`: ends tasks that wait or run.
enum CancelCommand: Command {
    static let name = "cancel"
    static let synopsis = ["ID...", "[--tag T] [-t TYPE] [--status S]...", "--all"]
    static let summary = "end tasks, whether they wait or run, and their children; returns when they have ended"
    static let details =
        "'-' reads ids from stdin. --tag, -t and --status together choose, of what has not ended, the tasks that all of them fit."

    private static let tag = CommandOption<String>.text(
        "--tag", "T", "those with this tag, or with one of several: T,T", kind: .tag
    ).list
    private static let type = CommandOption<String>.text(
        "--type", short: "-t", "TYPE", "those of this type, or of one of several", kind: .usedType
    ).list
    private static let status = CommandOption<TaskState>.choice(
        "--status", "S", "those in this state, or in one of several", of: TaskState.allCases.filter { !$0.isEnded }
    ).list
    private static let all = CommandOption<Bool>.flag("--all", "all that have not ended")
    static let usual = UsageExamples.Company("", "42")
    static let special: [String: UsageExamples.Company] = [
        "--tag": .init(), "--type": .init(), "--status": .init(), "--all": .init(),
    ]
    static let options: [any OptionSpelling] = [tag, type, status, all]
    static let operands = ValueKind.task(TaskState.allCases.filter { !$0.isEnded })

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let ids = try chosenIDs(arguments, in: context)
        if ids.isEmpty { return 0 }
        let store = try context.store
        var results: [Store.CancelResult] = []
        // Ids that were given are cancelled together or not at all; a choice among very many goes in steps, between which
        // others may write.
        let step = arguments.operands.isEmpty && arguments.afterDashes == nil ? Self.step : ids.count
        for start in stride(from: 0, to: ids.count, by: step) {
            let part = try store.cancel(Array(ids[start..<min(start + step, ids.count)]), at: Clock.now)
            results += part.results
            context.wake(part.toWake)
            try store.keepWALShort()
        }
        try store.sync()
        for (id, result) in zip(ids, results) {
            if case .alreadyEnded(let state) = result { context.tell("task \(id) had ended before: \(state.rawValue)") }
        }
        // What is left of their children runs too, and was asked to end.
        let requested = zip(ids, results).filter { $0.1 == .requested }.map { $0.0 }
        let running = requested + (try store.descendants(of: ids)).filter { !requested.contains($0) }
        guard !running.isEmpty else { return 0 }
        // TERM, its grace, KILL, and a moment to record it.
        let configuration = try context.configuration()
        let limit = configuration.killGrace + .seconds(5)
        let status = try TaskWaiter(running, mode: .quiet, limit: limit, in: context).run()
        guard status == ExitCode.temporaryFailure.rawValue else { return status }
        guard let patience = try reapTimeout(of: running, configuration, in: context) else {
            let text = DurationText.text(limit)
            context.tell("still running after \(text): it ends when a supervisor or its worker sees the request")
            return status
        }
        context.tell("waiting for the reap of what was launched, up to \(DurationText.text(patience))")
        return try TaskWaiter(running, mode: .quiet, limit: patience, in: context).run()
    }

    /// How long what the launchers of `ids` have started may take to end; nil where nobody reaps, or there is nothing to.
    private static func reapTimeout(
        of ids: [TaskID], _ configuration: Configuration, in context: Context
    ) throws -> Duration? {
        let store = try context.store
        let processes = try store.workers().map(\.process) + [store.supervisor()?.process].compactMap(\.self)
        guard processes.contains(where: \.isAlive) else { return nil }
        let running = try ids.compactMap { try store.summary(of: $0) }.filter { !$0.status.isEnded }
        return Set(running.map(\.type)).compactMap { configuration.types[$0]?.launch }
            .filter { $0.reap != nil }.map(\.reapTimeout).max()
    }

    private static let step = 5000

    private static func chosenIDs(_ arguments: Arguments, in context: Context) throws -> [TaskID] {
        var filter = TaskFilter(
            statuses: try arguments.list(status), types: try arguments.list(type), tags: try arguments.list(tag))
        let hasFilter = !filter.isOpen
        if filter.statuses == nil { filter.statuses = TaskState.allCases.filter { !$0.isEnded } }
        guard hasFilter || arguments.has(all) else { return try taskIDs(arguments) }
        guard arguments.operands.isEmpty, arguments.afterDashes == nil else {
            throw UsageError.other(
                what: "ids stand beside --tag, -t, --status or --all",
                remedy: "give the one or the other, like: koubouctl cancel 42")
        }
        if hasFilter, arguments.has(all) {
            throw UsageError.other(
                what: "--all stands beside --tag, -t or --status",
                remedy: "leave it out, like: koubouctl cancel --tag T")
        }
        try context.checkTypes(filter.types)
        return try context.store.taskIDs(filter, after: TaskID(0), limit: .max)
    }
}
