import Glibc
import KoubouCore

/// `koubouctl list`: tasks, the newest last.
enum ListCommand: Command {
    static let name = "list"
    static let synopsis = ["[--status S]... [-t TYPE] [--tag T] [-n N | --all] [--json]"]
    static let summary = "show tasks, the newest last"
    static let details =
        "On a terminal the newest \(terminalLimit) are shown unless -n or --all says otherwise; in a pipe and as JSON, all."

    private static let terminalLimit = 50
    private static let pageSize = 500
    private static let limit = CommandOption<Int>.number(
        "--limit", short: "-n", "N", "only the newest N", in: 1...Int.max)
    private static let all = CommandOption<Bool>.flag("--all", "all, on a terminal too")
    static let options: [any OptionSpelling] = FilterOptions.all + [limit, all, CommonOptions.json]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        let filter = try FilterOptions.filter(arguments)
        try context.checkType(filter.type)
        let store = try context.store
        let isJSON = arguments.has(CommonOptions.json)
        let isForEyes = !isJSON && Terminal.isThere
        let limit = try arguments(limit) ?? (isForEyes && !arguments.has(all) ? terminalLimit : nil)

        var printer = isJSON ? nil : TaskTable(now: Clock.now, isForEyes: isForEyes)
        try forEachPage(of: filter, limit: limit, in: store) { ids in
            if isJSON {
                for id in ids { if let object = try store.listJSON(of: id) { context.print(object) } }
            } else {
                let rows = try ids.compactMap { id throws(StoreError) in try store.summary(of: id) }
                printer?.lines(rows).forEach(context.print)
            }
        }
        return 0
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
}
