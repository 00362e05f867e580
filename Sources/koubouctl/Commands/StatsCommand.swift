import KoubouCore

/// `koubouctl stats`: how many tasks and workers there are.
enum StatsCommand: Command {
    static let name = "stats"
    static let synopsis = ["[--json]"]
    static let summary = "show how many tasks and workers there are, and what they do"
    static let options: [any OptionSpelling] = [CommonOptions.json]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        let store = try context.store
        if arguments.has(CommonOptions.json) {
            context.print(try store.statisticsJSON(limits: try context.configuration().pool))
        } else {
            context.print(
                String(StatisticsText.block(workers: try store.workers(), counts: try store.taskCounts()).dropLast()))
            try store.hindrances().forEach(context.print)
        }
        return 0
    }
}
