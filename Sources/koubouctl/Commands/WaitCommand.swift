import KoubouCore

/// `koubouctl wait`: returns when tasks have ended.
enum WaitCommand: Command {
    static let name = "wait"
    static let synopsis = ["[--any] [--timeout D] ID..."]
    static let summary = "wait until tasks have ended, and tell by the exit status how"
    static let details = """
        For one task the exit status is its own: what it exited with, 124 when it timed out, 130 when it was cancelled,
        128+n when signal n killed it, 1 when it failed without one. For several it is 0 if all completed, else 1.
        75 means that the time of --timeout ran out first. '-' reads ids from stdin.
        """

    private static let any = CommandOption<Bool>.flag("--any", "until one of them has ended; prints its id")
    private static let timeout = CommandOption<Duration>.duration("--timeout", "D", "wait no longer than this")
    static let usual = UsageExamples.Company("", "42")
    static let options: [any OptionSpelling] = [any, timeout]
    static let operands = ValueKind.task(TaskState.allCases.filter { !$0.isEnded })

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let ids = try taskIDs(arguments)
        _ = try context.store.states(of: ids)
        return try TaskWaiter(
            ids, mode: arguments.has(any) ? .any : .all, limit: try arguments(timeout), in: context
        ).run()
    }
}
