/// The options of kouboud, which `koubouctl start` takes too.
public enum SupervisorOptions {
    public static let home = CommandOption<String>(
        "--home", "FOLDER", "the queue (default: $KOUBOU_HOME, ~/.koubou)", kind: .folder,
        allowed: "the path of a folder in UTF-8, or leave it out for ~/.koubou", example: "~/queue"
    ) { $0.text.flatMap { $0.isEmpty ? nil : $0 } }

    /// Options that stand for a key of koubou.conf; the key's own check reads their value.
    public static let settings: [(option: CommandOption<String>, setting: SettingName)] = [
        (.text("--min", "N", "never fewer workers than this (1)", example: "2"), ("pool", "min")),
        (.text("--max", "N", "never more workers than this (5)", example: "8"), ("pool", "max")),
        (
            .text("--threshold", "X", "pending tasks per active worker above which the pool grows (2)", example: "3"),
            ("pool", "threshold")
        ),
        (
            .text("--idle-timeout", "D", "a worker idle for longer leaves (30s)", example: "5m"),
            ("pool", "idle_timeout")
        ),
        (
            .text(
                "--policy", "NAME", "how the pool is sized: ratio (default) or target-wait",
                kind: .words(ScalingPolicy.allCases.map(\.rawValue))),
            ("pool", "policy")
        ),
        (
            .text("--target-wait", "D", "how long tasks may wait, by the policy target-wait (30s)", example: "10s"),
            ("pool", "target_wait")
        ),
        (.text("--poll", "D", "how often to look when nothing calls (2s)", example: "1s"), ("pool", "poll")),
        (
            .text(
                "--profile", "NAME", "light (2-8 workers), heavy (1-3), burst (1-10), steady (3-5)",
                kind: .words(Configuration.profiles.map(\.name))),
            ("pool", "profile")
        ),
        (
            .text(
                "--log-level", "LEVEL", "error, warn, info (default) or debug",
                kind: .words(LogLevel.allCases.map(\.rawValue))),
            ("log", "level")
        ),
    ]

    public static var all: [any OptionSpelling] { [home] + settings.map(\.option) }

    /// What `arguments` set, for `Configuration.load`.
    public static func chosen(_ arguments: Arguments) -> [(setting: SettingName, value: String, option: String)] {
        settings.compactMap { option, setting in
            arguments.text(of: option).map { (setting: setting, value: $0, option: option.long) }
        }
    }

    /// `chosen` as words of a command line.
    public static func words(_ arguments: Arguments) -> [String] {
        chosen(arguments).flatMap { [$0.option, $0.value] }
    }
}
