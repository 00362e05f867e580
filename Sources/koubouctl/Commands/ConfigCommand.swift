import KoubouCore

/// `koubouctl config`: the settings that are in force, and where each comes from.
enum ConfigCommand: Command {
    static let name = "config"
    static let synopsis = ["[--json] [KEY...]", "--check FILE"]
    static let summary =
        "show the settings that are in force and where each comes from, or check a file"
    static let details = """
        With keys, like pool.max or type.code.timeout, only these. The options of a kouboud that runs are not among them.
        What is not set at all is in the JSON alone, as null.
        --check prints 'ok', or the line that is wrong, with exit status 78; FILE need not be the one that is used.
        """

    private static let check = CommandOption<String>.text(
        "--check", "FILE", "only check this file, by itself", kind: .file)
    static let options: [any OptionSpelling] = [check, CommonOptions.json]
    static let operands = ValueKind.setting

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        if let file = try arguments(check) {
            try refuseOperands(arguments)
            guard !arguments.has(CommonOptions.json) else {
                throw UsageError.other(
                    what: "--json stands beside --check", remedy: "write: koubouctl config --check \(file)")
            }
            do { try Configuration.check(file: file) } catch {
                if case .unreadable(let error) = error { throw UnreadableFile(check, error) }
                throw error
            }
            context.print("ok")
            return 0
        }
        let keys = arguments.operands + (arguments.afterDashes ?? [])
        let settings = try chosen(
            keys.map(\.display),
            among: context.configuration(poolSettings: context.keptPoolSettings()).effective)
        if arguments.has(CommonOptions.json) {
            settings.map(\.json).forEach(context.print)
            return 0
        }
        let shown = keys.isEmpty ? settings.filter { $0.value != nil } : settings
        let width = min(shown.map(\.assignment.count).max() ?? 0, 48)
        for setting in shown {
            let padding = String(repeating: " ", count: max(0, width - setting.assignment.count))
            context.print(setting.assignment + padding + "   " + setting.place)
        }
        return 0
    }

    /// Those that `keys` name, in their order; all when there are none.
    private static func chosen(_ keys: [String], among all: [EffectiveSetting]) throws(UsageError)
        -> [EffectiveSetting]
    {
        guard !keys.isEmpty else { return all }
        return try keys.map { key throws(UsageError) in
            if let setting = all.first(where: { $0.name == key }) { return setting }
            throw .other(
                what: "no setting '\(key)'",
                remedy: nearestWord(to: key, among: all.map(\.name)).map {
                    "did you mean '\($0)'? write: koubouctl config \($0)"
                } ?? "write one of those that 'koubouctl config' shows, like: koubouctl config pool.max")
        }
    }
}

extension Context {
    /// What `koubouctl pool` has set; nothing is made where no queue is.
    fileprivate func keptPoolSettings() throws -> [(key: String, value: String)] {
        guard Store.isThere(in: home) else { return [] }
        return try Store(inspecting: home).poolSettings()
    }
}
