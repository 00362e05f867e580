import KoubouCore

/// Options that choose tasks.
enum FilterOptions {
    private static let status = CommandOption<TaskState>.choice(
        "--status", "S", "only tasks in this state, or in one of several: S,S", of: TaskState.allCases
    ).list
    private static let type = CommandOption<String>.text(
        "--type", short: "-t", "TYPE", "only tasks of this type, or of one of several", kind: .usedType
    ).list
    private static let tag = CommandOption<String>.text(
        "--tag", "T", "only tasks with this tag, or with one of several", kind: .tag
    ).list
    static let all: [any OptionSpelling] = [status, type, tag]

    static func filter(_ arguments: Arguments) throws(UsageError) -> TaskFilter {
        TaskFilter(
            statuses: try arguments.list(status), types: try arguments.list(type), tags: try arguments.list(tag))
    }
}

extension Context {
    /// Throws when there is no type of one of these names. One that is configured no more may still have tasks.
    func checkTypes(_ names: [String]?) throws {
        guard let names else { return }
        let used = Set(try store.taskCounts().map(\.type))
        for name in names where !used.contains(name) { _ = try configuration().type(named: name) }
    }
}
