import KoubouCore

/// `koubouctl stats`: how many tasks and workers there are, and how fast the queue is.
enum StatsCommand: Command {
    static let name = "stats"
    static let synopsis = ["[--json | --watch [--interval D]]"]
    static let summary = "show workers and tasks, how fast they are, and what the pool decided"
    static let special: [String: UsageExamples.Company] = ["--interval": .init("--watch")]
    static let options: [any OptionSpelling] = [CommonOptions.json, LiveView.watch, LiveView.interval]

    private static let decisionsShown = 5

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        try LiveView.check(arguments)
        let store = try context.store
        if arguments.has(LiveView.watch) {
            guard !arguments.has(CommonOptions.json) else {
                throw UsageError.other(what: "--json and --watch exclude each other", remedy: "use one of them")
            }
            return try LiveView.run(arguments, of: name, in: context) { size in
                try lines(store).map { $0.fitted(to: size.columns) }
            }
        }
        if arguments.has(CommonOptions.json) {
            context.print(try store.statisticsJSON(limits: try context.configuration().pool, at: Clock.now))
        } else {
            try lines(store).forEach(context.print)
        }
        return 0
    }

    private static func lines(_ store: Store) throws -> [String] {
        let now = Clock.now
        let block = StatisticsText.block(workers: try store.workers(), counts: try store.taskCounts())
        return block.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
            + StatisticsText.details(
                throughput: try store.throughput(at: now), latencies: try store.latencies(at: now),
                decisions: try store.decisions(limit: decisionsShown), at: now)
            + (try store.hindrances())
    }
}
