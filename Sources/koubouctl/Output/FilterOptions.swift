import KoubouCore

/// Options that say which tasks are looked at.
enum FilterOptions {
    static let status = CommandOption<TaskState>(
        "--status", "S", "only tasks in this state; may be repeated",
        allowed: "one of " + TaskState.allCases.map(\.rawValue).joined(separator: ", ")
    ) { $0.text.flatMap(TaskState.init(rawValue:)) }
    static let type = CommandOption<String>.text("--type", short: "-t", "TYPE", "only tasks of this type")
    static let tag = CommandOption<String>.text("--tag", "T", "only tasks with this tag")
    static let limit = CommandOption<Int>.number(
        "--limit", short: "-n", "N", "only the newest N", in: 1...Int.max)

    static func filter(_ arguments: Arguments, in context: Context) throws -> TaskFilter {
        let statuses = try arguments.all(status)
        let filter = TaskFilter(
            statuses: statuses.isEmpty ? nil : statuses, type: try arguments(type), tag: try arguments(tag))
        // A type that is configured no more may still have tasks.
        if let type = filter.type, try !context.store.taskCounts().contains(where: { $0.type == type }) {
            _ = try context.configuration().type(named: type)
        }
        return filter
    }
}
