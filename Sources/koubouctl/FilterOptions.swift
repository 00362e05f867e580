import KoubouCore

/// Options that choose tasks.
enum FilterOptions {
    private static let status = CommandOption<TaskState>(
        "--status", "S", "only tasks in this state; may be repeated",
        allowed: "one of " + TaskState.allCases.map(\.rawValue).joined(separator: ", ")
    ) { $0.text.flatMap(TaskState.init(rawValue:)) }
    private static let type = CommandOption<String>.text("--type", short: "-t", "TYPE", "only tasks of this type")
    private static let tag = CommandOption<String>.text("--tag", "T", "only tasks with this tag")
    static let all: [any OptionSpelling] = [status, type, tag]

    static func filter(_ arguments: Arguments) throws(UsageError) -> TaskFilter {
        let statuses = try arguments.all(status)
        return TaskFilter(
            statuses: statuses.isEmpty ? nil : statuses, type: try arguments(type), tag: try arguments(tag))
    }
}

extension Context {
    /// Throws when there is no type `name`. One that is configured no more may still have tasks.
    func checkType(_ name: String?) throws {
        guard let name, try !store.taskCounts().contains(where: { $0.type == name }) else { return }
        _ = try configuration().type(named: name)
    }
}
