/// A setting's section and key in koubou.conf.
public typealias SettingName = (section: String, key: String)

extension Configuration {
    /// One key of koubou.conf outside of `[type …]`: what it allows, in words, and what it does.
    struct Setting {
        let name: SettingName
        let allowed: String
        /// False when `value` is not allowed; nothing is changed then.
        let apply: (_ configuration: inout Configuration, _ value: String) -> Bool
    }

    /// One key of a section `[type NAME]`.
    struct TypeSetting {
        let key: String
        let allowed: String
        let apply: (_ type: inout TaskType, _ value: String) -> Bool
    }

    static var sections: [String] { ["pool", "task", "log"] }

    /// Pool sizes by name for the usual loads.
    public static var profiles: [(name: String, workers: ClosedRange<Int>)] {
        [("light", 2...8), ("heavy", 1...3), ("burst", 1...10), ("steady", 3...5)]
    }

    static var settings: [Setting] {
        [
            Setting(name: ("pool", "profile"), allowed: "one of \(profiles.map(\.name).joined(separator: ", "))") {
                configuration, value in
                guard let profile = profiles.first(where: { $0.name == value }) else { return false }
                configuration.wantedMin = profile.workers.lowerBound
                configuration.wantedMax = profile.workers.upperBound
                return true
            },
            number(("pool", "min"), 0...10_000) { $0.wantedMin = $1 },
            number(("pool", "max"), 1...10_000) { $0.wantedMax = $1 },
            Setting(name: ("pool", "threshold"), allowed: "a number above 0, such as 2 or 0.5") {
                guard $1.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }), let number = Double($1), number > 0,
                    number <= 1e6
                else { return false }
                $0.pool.scaleUpThreshold = number
                return true
            },
            duration(("pool", "idle_timeout")) { $0.pool.idleTimeout = $1 },
            duration(("pool", "poll"), atLeast: .milliseconds(50)) { $0.poll = $1 },
            duration(("pool", "stop_timeout")) { $0.stopTimeout = $1 },
            duration(("pool", "heartbeat_timeout"), atLeast: .seconds(1)) { $0.heartbeatTimeout = $1 },
            size(("pool", "memory_min")) { $0.memory.availableMin = $1 },
            Setting(name: ("pool", "memory_pressure_max"), allowed: "a percentage from 0 to 100; 100 for no limit") {
                guard let number = Double($1), (0...100).contains(number) else { return false }
                $0.memory.pressureMax = number
                return true
            },
            duration(("pool", "statistics"), atLeast: .seconds(1)) { $0.statisticsInterval = $1 },
            duration(("task", "kill_grace")) { $0.killGrace = $1 },
            size(("task", "max_output"), atLeast: 1) { $0.maxOutput = $1 },
            duration(("task", "retention")) { $0.retention = $1 },
            Setting(
                name: ("log", "level"), allowed: "one of \(LogLevel.allCases.map(\.rawValue).joined(separator: ", "))"
            ) {
                guard let level = LogLevel(rawValue: $1) else { return false }
                $0.logLevel = level
                return true
            },
        ]
    }

    static var typeSettings: [TypeSetting] {
        [
            TypeSetting(key: "command", allowed: "a program and its arguments; exec and shell have none") {
                type, value in
                guard case .command = type.program, let words = CommandWords.split(value), !words.isEmpty,
                    !words[0].isEmpty
                else { return false }
                type.program = .command(words)
                return true
            },
            TypeSetting(key: "timeout", allowed: "\(DurationText.form); 0 for none") {
                guard let timeout = DurationText.parse($1) else { return false }
                $0.timeout = timeout == .zero ? nil : timeout
                return true
            },
            TypeSetting(key: "idle_timeout", allowed: "\(DurationText.form); 0 for none") {
                guard let timeout = DurationText.parse($1) else { return false }
                $0.idleTimeout = timeout == .zero ? nil : timeout
                return true
            },
            TypeSetting(key: "nice", allowed: "a whole number from -20 to 19") {
                guard let number = Int($1), (-20...19).contains(number) else { return false }
                $0.limits.nice = number
                return true
            },
            TypeSetting(key: "umask", allowed: "three octal digits, like 022") {
                guard $1.count <= 4, let mask = UInt32($1, radix: 8), mask <= 0o777 else { return false }
                $0.limits.umask = mask
                return true
            },
            TypeSetting(key: "cpu_max", allowed: "\(DurationText.form), of processor time") {
                guard let time = DurationText.parse($1), time >= .seconds(1) else { return false }
                $0.limits.cpuMax = time
                return true
            },
            TypeSetting(key: "files_max", allowed: "a whole number from 16 up") {
                guard let number = Int($1), number >= 16 else { return false }
                $0.limits.filesMax = number
                return true
            },
            TypeSetting(key: "core_max", allowed: SizeText.form) {
                guard let bytes = SizeText.parse($1) else { return false }
                $0.limits.coreMax = bytes
                return true
            },
            TypeSetting(key: "memory_max", allowed: SizeText.form) {
                guard let bytes = SizeText.parse($1), bytes >= 1 << 20 else { return false }
                $0.limits.memoryMax = bytes
                return true
            },
            TypeSetting(key: "concurrency", allowed: "a whole number from 1 to 10000; 0 for no limit") {
                guard let number = Int($1), (0...10_000).contains(number) else { return false }
                $0.throttle.concurrency = number == 0 ? nil : number
                return true
            },
            TypeSetting(key: "rate", allowed: "\(Rate.form); 0 for no limit") {
                let rate = Rate($1)
                guard rate != nil || $1 == "0" else { return false }
                $0.throttle.rate = rate
                return true
            },
            typeNumber("max_attempts") { $0.retry.maxAttempts = $1 },
            typeNumber("max_lost") { $0.retry.maxLost = $1 },
            TypeSetting(key: "no_retry", allowed: "exit statuses and ranges, like 64-69,77; or none") {
                guard let ranges = ExitStatusRanges.parse($1) else { return false }
                $0.retry.noRetry = ranges
                return true
            },
            TypeSetting(
                key: "on_lost", allowed: "one of \(LostPolicy.allCases.map(\.rawValue).joined(separator: ", "))"
            ) {
                guard let policy = LostPolicy(rawValue: $1) else { return false }
                $0.retry.onLost = policy
                return true
            },
            typeDuration("backoff_min") { $0.retry.backoffMin = $1 },
            typeDuration("backoff_max") { $0.retry.backoffMax = $1 },
        ]
    }

    private static func number(
        _ name: SettingName, _ range: ClosedRange<Int>, _ set: @escaping (inout Configuration, Int) -> Void
    ) -> Setting {
        Setting(name: name, allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)") {
            guard let number = Int($1), range.contains(number) else { return false }
            set(&$0, number)
            return true
        }
    }

    private static func duration(
        _ name: SettingName, atLeast least: Duration = .zero, _ set: @escaping (inout Configuration, Duration) -> Void
    ) -> Setting {
        let bound = least == .zero ? "" : "; at least \(DurationText.text(least))"
        return Setting(name: name, allowed: DurationText.form + bound) {
            guard let duration = DurationText.parse($1), duration >= least else { return false }
            set(&$0, duration)
            return true
        }
    }

    private static func size(
        _ name: SettingName, atLeast least: Int = 0, _ set: @escaping (inout Configuration, Int) -> Void
    ) -> Setting {
        Setting(name: name, allowed: SizeText.form) {
            guard let bytes = SizeText.parse($1), bytes >= least else { return false }
            set(&$0, bytes)
            return true
        }
    }

    private static func typeNumber(_ key: String, _ set: @escaping (inout TaskType, Int) -> Void) -> TypeSetting {
        TypeSetting(key: key, allowed: "a whole number from 1 to 1000") {
            guard let number = Int($1), (1...1000).contains(number) else { return false }
            set(&$0, number)
            return true
        }
    }

    private static func typeDuration(_ key: String, _ set: @escaping (inout TaskType, Duration) -> Void) -> TypeSetting
    {
        TypeSetting(key: key, allowed: DurationText.form) {
            guard let duration = DurationText.parse($1) else { return false }
            set(&$0, duration)
            return true
        }
    }
}
