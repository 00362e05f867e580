import Glibc
import KoubouCore

/// `koubouctl prune`: deletes ended tasks for good.
enum PruneCommand: Command {
    static let name = "prune"
    static let synopsis = ["[--older-than D] [--status S]... [--dry-run]", "--all [--dry-run]"]
    static let summary = "delete ended tasks with their results for good; prints how many"

    private static let olderThan = CommandOption<Duration>.duration(
        "--older-than", "D", "only those that ended longer ago")
    private static let status = CommandOption<TaskState>.choice(
        "--status", "S", "only completed, failed or cancelled ones, or S,S",
        of: TaskState.allCases.filter(\.isEnded)
    ).list
    private static let all = CommandOption<Bool>.flag("--all", "all that have ended")
    private static let dryRun = CommandOption<Bool>.flag("--dry-run", "only print how many it would be")
    static let usual = UsageExamples.Company("", "--older-than 30d")
    static let special: [String: UsageExamples.Company] = [
        "--older-than": .init(), "--status": .init(), "--all": .init(),
    ]
    static let options: [any OptionSpelling] = [olderThan, status, all, dryRun]

    /// Others may write between two steps.
    private static let step = 500

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        let statuses = try arguments.list(status)
        let isChosen = try statuses != nil || arguments(olderThan) != nil
        guard isChosen != arguments.has(all) || !isChosen && arguments.has(dryRun) else {
            throw UsageError.other(
                what: isChosen
                    ? "--all stands beside --older-than or --status" : "it is not said what to delete for good",
                remedy: "write one of --older-than, --status and --all")
        }
        let limit = Clock.now + (try arguments(olderThan) ?? .milliseconds(-1)) * -1
        let store = try context.store
        if arguments.has(dryRun) {
            context.print("\(try store.prunable(endedBefore: limit, statuses: statuses))")
            return 0
        }
        var total = 0
        while true {
            let pruned = try store.prune(endedBefore: limit, statuses: statuses, limit: step)
            for file in pruned.files { unlink(file) }
            total += pruned.tasks
            try store.keepWALShort()
            if pruned.tasks < step { break }
        }
        try store.shrink()
        try store.sync()
        context.print("\(total)")
        return 0
    }
}
