import KoubouCore

/// `koubouctl edit`: changes tasks that wait.
enum EditCommand: Command {
    static let name = "edit"
    static let synopsis = ["--priority N ID..."]
    static let summary = "give tasks that wait another priority"

    private static let priority = CommandOption<Int>.number(
        "--priority", short: "-p", "N", "1 to 10, the highest runs first", in: Priority.allowed)
    static let options: [any OptionSpelling] = [priority]
    static let operands = ValueKind.task(TaskState.allCases.filter(\.isWaiting))

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let ids = try taskIDs(arguments)
        guard let priority = try arguments(priority).flatMap(Priority.init) else {
            throw UsageError.other(
                what: "nothing to change is given", remedy: "write: koubouctl edit --priority 9 \(ids[0])")
        }
        let store = try context.store
        try store.edit(ids, priority: priority, at: Clock.now)
        try store.sync()
        return 0
    }
}
