import Glibc
import KoubouCore

/// `koubouctl edit`: changes tasks that wait.
enum EditCommand: Command {
    static let name = "edit"
    static let synopsis = ["[--priority N] [--title S] [--timeout D] [--at TIME] ID..."]
    static let summary = "change tasks that wait"

    private static let priority = CommandOption<Int>.number(
        "--priority", short: "-p", "N", "1 to 10, the highest runs first", in: Priority.allowed)
    private static let title = CommandOption<String>.text("--title", "S", "a name for people", example: "report")
    private static let timeout = CommandOption<Duration>.duration("--timeout", "D", "of one attempt; 0 for none")
    static let usual = UsageExamples.Company("", "--priority 9 42")
    static let options: [any OptionSpelling] = [priority, title, timeout, OrderOptions.at]
    static let operands = ValueKind.task(TaskState.allCases.filter(\.isWaiting))

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let ids = try taskIDs(arguments)
        var edit = TaskEdit()
        edit.priority = try arguments(priority).flatMap(Priority.init)
        edit.title = try arguments(title)
        edit.timeout = try arguments(timeout)
        edit.runAt = try arguments(OrderOptions.at)
        guard edit.priority != nil || edit.title != nil || edit.timeout != nil || edit.runAt != nil else {
            throw UsageError.other(
                what: "nothing to change is given",
                remedy: "write: koubouctl edit --priority 9 \(ids.first.map { "\($0)" } ?? "-")")
        }
        let store = try context.store
        for process in try store.edit(ids, edit, at: Clock.now) { process.send(SIGUSR1) }
        try store.sync()
        return 0
    }
}
