import KoubouCore

/// `koubouctl config`: the settings that are in force, and where each comes from.
enum ConfigCommand: Command {
    static let name = "config"
    static let synopsis = ["[--json]", "--check FILE"]
    static let summary = "show the settings that are in force and where each comes from, or check a file"
    static let details = """
        The options of a kouboud that runs are not among them. What is not set at all is in the JSON alone, as null.
        --check prints 'ok', or the line that is wrong, with exit status 78; FILE need not be the one that is used.
        """

    private static let check = CommandOption<String>.text(
        "--check", "FILE", "only check this file, by itself", kind: .file)
    static let options: [any OptionSpelling] = [check, CommonOptions.json]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        if let file = try arguments(check) {
            guard !arguments.has(CommonOptions.json) else {
                throw UsageError.other(
                    what: "--json stands beside --check", remedy: "write: koubouctl config --check \(file)")
            }
            try Configuration.check(file: file)
            context.print("ok")
            return 0
        }
        let settings = try context.configuration(poolSettings: context.keptPoolSettings()).effective
        if arguments.has(CommonOptions.json) {
            settings.map(\.json).forEach(context.print)
            return 0
        }
        let shown = settings.filter { $0.value != nil }
        let width = min(shown.map(\.assignment.count).max() ?? 0, 48)
        for setting in shown {
            let padding = String(repeating: " ", count: max(0, width - setting.assignment.count))
            context.print(setting.assignment + padding + "   " + setting.place)
        }
        return 0
    }
}

extension Context {
    /// What `koubouctl pool` has set; nothing is made where no queue is.
    fileprivate func keptPoolSettings() throws -> [(key: String, value: String)] {
        guard Store.isThere(in: home) else { return [] }
        return try Store(inspecting: home).poolSettings()
    }
}
