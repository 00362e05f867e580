import Glibc
import KoubouCore

/// `koubouctl pool`: shows or changes the limits of the pool, also of one that runs.
enum PoolCommand: Command {
    static let name = "pool"
    static let synopsis = [
        "[--min N] [--max N] [--threshold X] [--idle-timeout D] [--profile P]", "[--policy P] [--target-wait D]",
        "--reset", "[--json]",
    ]
    static let summary = "change the pool's limits, also while it runs; without options show them"
    static let details = "What is set here is stronger than koubou.conf and kouboud's flags, and stays until --reset."

    private static let keys = ["min", "max", "threshold", "idle_timeout", "policy", "target_wait", "profile"]
    private static var settings: [(option: CommandOption<String>, setting: SettingName)] {
        SupervisorOptions.settings.filter { $0.setting.section == "pool" && keys.contains($0.setting.key) }
    }
    private static let reset = CommandOption<Bool>.flag("--reset", "forget what was set here")
    static var options: [any OptionSpelling] { settings.map(\.option) + [reset, CommonOptions.json] }

    static func makesQueue(_ arguments: Arguments) -> Bool { !SupervisorOptions.chosen(arguments).isEmpty }

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        let chosen = SupervisorOptions.chosen(arguments)
        guard chosen.isEmpty || !arguments.has(reset) else {
            throw UsageError.other(
                what: "--reset stands beside other options", remedy: "give it alone: koubouctl pool --reset")
        }
        let store = try context.store
        if arguments.has(reset) {
            try store.resetPoolSettings()
        } else if chosen.isEmpty {
            return try show(arguments, in: context)
        } else {
            // Checked together with what holds already, by the same rules as a line of koubou.conf.
            _ = try context.configuration(options: chosen)
            let kept = chosen.map { (key: $0.setting.key, value: $0.value) }
            try context.checkPool(adding: kept)
            try store.keep(poolSettings: kept)
        }
        try store.sync()
        context.wake([try store.supervisor()?.process].compactMap { $0 })
        return 0
    }

    private static func show(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let store = try context.store
        let limits = try context.configuration(poolSettings: store.poolSettings()).pool
        let json = try store.poolJSON(limits: limits)
        if arguments.has(CommonOptions.json) {
            context.print(json)
        } else {
            for (key, value) in try store.members(ofJSON: json) where value != nil && value != "[]" {
                let unit = ["idle_timeout", "target_wait"].contains(key) ? "s" : ""
                context.print(key + String(repeating: " ", count: max(1, 14 - key.count)) + (value ?? "") + unit)
            }
        }
        return 0
    }
}

extension Context {
    /// Throws when `settings` on top of those that are kept make no pool.
    fileprivate func checkPool(adding settings: [(key: String, value: String)]) throws {
        _ = try configuration(poolSettings: try store.poolSettings(adding: settings))
    }
}
