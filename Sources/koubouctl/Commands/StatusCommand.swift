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
            let workers = try store.workers().count
            context.print(
                "supervisor runs, with pid \(supervisor.process.pid), since \(supervisor.startedAt) UTC, \(workers) workers"
            )
            try store.hindrances().forEach(context.print)
        } else {
            context.print("no supervisor runs")
        }
        return supervisor == nil ? ExitCode.notRunning.rawValue : 0
    }
}
