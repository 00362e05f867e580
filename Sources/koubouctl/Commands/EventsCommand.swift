import Glibc
import KoubouCore

/// `koubouctl events`: what has happened to tasks, in order.
enum EventsCommand: Command {
    static let name = "events"
    static let synopsis = [
        "[-f] [--since SEQ | -n N] [--status S]... [-t TYPE] [--tag T] [--json]",
        "[-f] [--since SEQ | -n N] [--json] ID...",
    ]
    static let summary = "show each change of a task's state, the newest last"
    static let details = """
        On a terminal the newest \(NewestOption.onTerminal) are shown, in a pipe all; with -f those that come. Each has a number that
        rises: '--since' with the last one that was seen goes on after it, without a gap.
        """

    private static let follow = CommandOption<Bool>.flag("--follow", short: "-f", "go on as they happen")
    private static let since = CommandOption<Int>.number(
        "--since", "SEQ", "only those after this number; 0 for all", in: 0...Int.max)
    static let options: [any OptionSpelling] =
        [follow, since, NewestOption.limit] + FilterOptions.all + [CommonOptions.json]
    static let operands = ValueKind.anyTask

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let filter = try FilterOptions.filter(arguments)
        try context.checkTypes(filter.types)
        let hasIDs = !arguments.operands.isEmpty || arguments.afterDashes != nil
        let ids = hasIDs ? try taskIDs(arguments) : []
        if hasIDs, !filter.isOpen {
            throw UsageError.other(
                what: "ids stand beside --status, --type or --tag", remedy: "give either of them")
        }
        if try arguments(since) != nil, try arguments(NewestOption.limit) != nil {
            throw UsageError.other(what: "--since and --limit exclude each other", remedy: "use one of them")
        }
        if hasIDs, ids.isEmpty { return 0 }
        let store = try context.store
        _ = try store.states(of: ids)
        let isFollowed = arguments.has(follow)
        let events = try EventFollower(
            ids, filter, since: begin(arguments, ids, filter, isFollowed: isFollowed, in: store),
            isJSON: arguments.has(CommonOptions.json), in: context)
        if isFollowed {
            try context.requireQueue()
            return try events.follow()
        }
        try events.printNew()
        return 0
    }

    /// The number of the event after which those that are wanted begin.
    private static func begin(
        _ arguments: Arguments, _ ids: [TaskID], _ filter: TaskFilter, isFollowed: Bool, in store: Store
    ) throws -> Int64 {
        if let seq = try arguments(since) { return Int64(seq) }
        let limit = try arguments(NewestOption.limit)
        if limit == nil, isFollowed { return try store.lastEvent() }
        guard
            let limit = limit
                ?? (Terminal.isThere && !arguments.has(CommonOptions.json) ? NewestOption.onTerminal : nil)
        else {
            return 0
        }
        return try ids.isEmpty
            ? store.eventBefore(newest: limit, filter) : store.eventBefore(newest: limit, of: ids)
    }
}
