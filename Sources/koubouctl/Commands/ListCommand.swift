import Glibc
import KoubouCore

/// `koubouctl list`: tasks, the newest last.
enum ListCommand: Command {
    static let name = "list"
    static let synopsis = [
        "[--status S]... [-t TYPE] [--tag T] [-n N | --all] [--json | --format TEMPLATE]",
        "--watch [--interval D] [--status S]... [-t TYPE] [--tag T] [-n N]",
    ]
    static let summary = "show tasks, the newest last"
    static let details =
        "On a terminal the newest \(NewestOption.onTerminal) are shown unless -n or --all says otherwise; in a pipe and as JSON, all."

    private static let pageSize = 500
    private static let all = CommandOption<Bool>.flag("--all", "all, on a terminal too")
    static let special: [String: UsageExamples.Company] = ["--interval": .init("--watch")]
    static let options: [any OptionSpelling] =
        FilterOptions.all + [
            NewestOption.limit, all, CommonOptions.json, OutputFormat.option, LiveView.watch, LiveView.interval,
        ]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        try refuseContradictions(arguments)
        let filter = try FilterOptions.filter(arguments)
        try context.checkTypes(filter.types)
        let store = try context.store
        if arguments.has(LiveView.watch) {
            let limit = try arguments(NewestOption.limit)
            return try LiveView.run(arguments, of: name, in: context) { size in
                try frame(filter, limit: min(limit ?? .max, size.rows - 1), columns: size.columns, in: store)
            }
        }
        let isJSON = arguments.has(CommonOptions.json)
        let formatter = try arguments(OutputFormat.option).map {
            try TaskFormatter($0, known: store.listFields(), store: store)
        }
        let isForEyes = !isJSON && formatter == nil && Terminal.isThere
        let limit =
            try arguments(NewestOption.limit) ?? (isForEyes && !arguments.has(all) ? NewestOption.onTerminal : nil)

        var table = TaskTable(now: Clock.now, columns: isForEyes ? Terminal.size.columns : nil)
        try forEachPage(of: filter, limit: limit, in: store) { ids in
            guard isJSON || formatter != nil else {
                return table.lines(try store.summaries(of: ids))
                    .forEach(context.print)
            }
            for id in ids {
                guard let json = try store.listJSON(of: id) else { continue }
                context.print(try formatter?.text(of: id, store.members(ofJSON: json)) ?? json)
            }
        }
        return 0
    }

    private static func frame(_ filter: TaskFilter, limit: Int, columns: Int, in store: Store) throws -> [String] {
        var table = TaskTable(now: Clock.now, columns: columns)
        let ids = limit > 0 ? try store.newestTaskIDs(filter, limit: limit) : []
        return table.lines(try store.summaries(of: ids))
    }

    /// Goes through the tasks by key, so that no read is open while a slow reader takes its time.
    private static func forEachPage(
        of filter: TaskFilter, limit: Int?, in store: Store, _ body: ([TaskID]) throws -> Void
    ) throws {
        if let limit { return try body(try store.newestTaskIDs(filter, limit: limit)) }
        var last = TaskID(0)
        while true {
            let ids = try store.taskIDs(filter, after: last, limit: pageSize)
            try body(ids)
            guard let end = ids.last, ids.count == pageSize else { return }
            last = end
        }
    }

    private static func refuseContradictions(_ arguments: Arguments) throws {
        try LiveView.check(arguments)
        let forms = [
            (CommonOptions.json.long, arguments.has(CommonOptions.json)),
            (OutputFormat.option.long, try arguments(OutputFormat.option) != nil),
            (LiveView.watch.long, arguments.has(LiveView.watch)),
        ].filter(\.1).map(\.0)
        if forms.count > 1 {
            throw UsageError.other(
                what: forms.joined(separator: " and ") + " exclude each other", remedy: "use one of them")
        }
    }
}
