import KoubouCore

/// `koubouctl status`: whether a supervisor runs.
enum StatusCommand: Command {
    static let name = "status"
    static let synopsis = ["[--json]"]
    static let summary = "tell whether a supervisor runs: exit status 0 if it does, 3 if not"
    static let options: [any OptionSpelling] = [CommonOptions.json]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        let store = try context.store
        let supervisor = try store.supervisor().flatMap { $0.process.isAlive ? $0 : nil }
        if arguments.has(CommonOptions.json) {
            context.print(try store.statusJSON(isRunning: supervisor != nil))
        } else if let supervisor {
            context.print(
                "supervisor runs, with pid \(supervisor.process.pid), since \(LocalZone.system.stamp(supervisor.startedAt)), "
                    + (try load(store)))
            try store.hindrances().forEach(context.print)
        } else {
            context.print("no supervisor runs")
            context.tell("to start one: koubouctl start")
        }
        return supervisor == nil ? ExitCode.notRunning.rawValue : 0
    }

    /// `3 workers (2 busy), 8 tasks pending`.
    private static func load(_ store: Store) throws -> String {
        let workers = try store.workers()
        let pending = try store.taskCounts().filter { $0.status == .pending }.reduce(0) { $0 + $1.count }
        func number(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
        return "\(number(workers.count, "worker")) (\(workers.count { $0.status == .busy }) busy), "
            + "\(number(pending, "task")) pending"
    }
}
