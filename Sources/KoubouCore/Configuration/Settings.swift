/// A setting's section and key in koubou.conf.
public typealias SettingName = (section: String, key: String)

extension Configuration {
    /// One key of koubou.conf outside of `[type …]`.
    ///
    /// Path and text are made when they are asked for: each program reads its few keys in each start.
    struct Setting {
        let name: SettingName
        /// What is allowed, in words.
        let allowed: () -> String
        /// False when `value` is not allowed; nothing is changed then.
        let apply: (_ configuration: inout Configuration, _ value: String) -> Bool
        let show: (Configuration) -> String?

        init<Value>(
            _ section: String, _ key: String,
            _ property: @autoclosure @escaping () -> WritableKeyPath<Configuration, Value>,
            _ text: @autoclosure @escaping () -> ValueText<Value>
        ) {
            name = (section, key)
            allowed = { text().allowed }
            apply = { set(&$0, property(), text().read($1)) }
            show = { text().show($0[keyPath: property()]) }
        }
    }

    /// One key of a section `[type NAME]`.
    struct TypeSetting {
        let key: String
        let allowed: () -> String
        let apply: (_ type: inout TaskType, _ value: String) -> Bool
        let show: (TaskType) -> String?

        init<Value>(
            _ key: String, _ property: @autoclosure @escaping () -> WritableKeyPath<TaskType, Value>,
            _ text: @autoclosure @escaping () -> ValueText<Value>
        ) {
            self.key = key
            allowed = { text().allowed }
            apply = { set(&$0, property(), text().read($1)) }
            show = { text().show($0[keyPath: property()]) }
        }

        /// Of what need not be set.
        init<Value>(
            _ key: String, optional property: @autoclosure @escaping () -> WritableKeyPath<TaskType, Value?>,
            _ text: @autoclosure @escaping () -> ValueText<Value>
        ) {
            self.key = key
            allowed = { text().allowed }
            apply = { set(&$0, property(), text().read($1).map { .some($0) }) }
            show = { $0[keyPath: property()].flatMap(text().show) }
        }
    }

    static var sections: [String] { ["pool", "task", "notify", "mcp", "serve", "log"] }

    /// Pool sizes by name for the usual loads.
    public static var profiles: [(name: String, workers: ClosedRange<Int>)] {
        [("light", 2...8), ("heavy", 1...3), ("burst", 1...10), ("steady", 3...5)]
    }

    /// Immutable, though its closures can't say so.
    nonisolated(unsafe) static let settings: [Setting] = [
        Setting("pool", "profile", \.profile, profileName),
        Setting("pool", "min", \.wantedMin, .number(0...10_000)),
        Setting("pool", "max", \.wantedMax, .number(1...10_000)),
        Setting("pool", "threshold", \.pool.scaleUpThreshold, .ratio),
        Setting("pool", "idle_timeout", \.pool.idleTimeout, .duration()),
        Setting("pool", "policy", \.pool.policy, .word),
        Setting("pool", "target_wait", \.pool.targetWait, .duration()),
        Setting("pool", "poll", \.poll, .duration(atLeast: .milliseconds(50))),
        Setting("pool", "stop_timeout", \.stopTimeout, .duration()),
        Setting("pool", "heartbeat_timeout", \.heartbeatTimeout, .duration(atLeast: .seconds(1))),
        Setting("pool", "memory_min", \.memory.availableMin, .size()),
        Setting("pool", "memory_pressure_max", \.memory.pressureMax, .percentage),
        Setting("pool", "statistics", \.statisticsInterval, .duration(atLeast: .seconds(1))),
        Setting("task", "kill_grace", \.killGrace, .duration()),
        Setting("task", "max_output", \.maxOutput, .size(atLeast: 1)),
        Setting("task", "retention", \.retention, .duration()),
        Setting("task", "max_depth", \.maxDepth, .number(0...1000)),
        Setting("notify", "on", \.notify.states, endStates),
        Setting("notify", "command", \.notify.command, notifyCommand),
        Setting("notify", "timeout", \.notify.timeout, .duration(atLeast: .milliseconds(100))),
        Setting("mcp", "allow_types", \.delegableTypes, typeNames),
        Setting("serve", "listen", \.serve.listen, listenAddress),
        Setting("serve", "unix", \.serve.unix, socketPath),
        Setting("serve", "allow_types", \.serve.allowedTypes, typeNames),
        Setting("serve", "allow_hosts", \.serve.hosts, webNames("names of this machine, like queue.example.org")),
        Setting("serve", "allow_origins", \.serve.origins, webNames("origins, like https://example.org")),
        Setting("serve", "rate", \.serve.rate, rate),
        Setting("serve", "connections_max", \.serve.connectionsMax, .number(1...100_000)),
        Setting("serve", "body_max", \.serve.bodyMax, .size(atLeast: 1024)),
        Setting("serve", "request_timeout", \.serve.requestTimeout, .duration(atLeast: .milliseconds(100))),
        Setting("serve", "idle_timeout", \.serve.idleTimeout, .duration(atLeast: .milliseconds(100))),
        Setting("log", "level", \.log.level, .word),
        Setting("log", "max_size", \.log.sizeMax, .size()),
        Setting("log", "keep", \.log.keep, .number(0...1000)),
    ]

    nonisolated(unsafe) static let typeSettings: [TypeSetting] = [
        TypeSetting("executor", optional: \.executor, .word),
        TypeSetting("command", optional: \.command, commandWords),
        TypeSetting("url", optional: \.agent.url, url),
        TypeSetting("model", optional: \.agent.model, .text),
        TypeSetting("system", optional: \.agent.system, .text),
        TypeSetting("options", optional: \.agent.options, .json),
        TypeSetting("keep_alive", optional: \.agent.keepAlive, .text),
        TypeSetting("format", optional: \.agent.format, .json),
        TypeSetting("key_file", optional: \.agent.keyFile, .text),
        TypeSetting("key_env", optional: \.agent.keyEnvironment, .text),
        TypeSetting("sandbox", optional: \.agent.sandbox, .text),
        TypeSetting("profile", optional: \.agent.profile, .text),
        TypeSetting("timeout", \.timeout, .timeLimit),
        TypeSetting("idle_timeout", \.idleTimeout, .timeLimit),
        TypeSetting("begin_timeout", \.beginTimeout, .timeLimit),
        TypeSetting("result", \.result, resultForm),
        TypeSetting("max_attempts", \.retry.maxAttempts, .number(1...1000)),
        TypeSetting("max_lost", \.retry.maxLost, .number(1...1000)),
        TypeSetting("on_lost", \.retry.onLost, .word),
        TypeSetting("no_retry", \.retry.noRetry, exitStatuses),
        TypeSetting("backoff_min", \.retry.backoffMin, .duration()),
        TypeSetting("backoff_max", \.retry.backoffMax, .duration()),
        TypeSetting("concurrency", \.throttle.concurrency, concurrency),
        TypeSetting("rate", \.throttle.rate, rate),
        TypeSetting("launcher", optional: \.launch.launcher, programWords),
        TypeSetting("reap", optional: \.launch.reap, programWords),
        TypeSetting("reap_timeout", \.launch.reapTimeout, .duration(atLeast: .seconds(1))),
        TypeSetting("lost_status", \.launch.lostStatus, exitStatuses),
        TypeSetting("nice", optional: \.limits.nice, .number(-20...19)),
        TypeSetting("umask", optional: \.limits.umask, umask),
        TypeSetting(
            "cpu_max", optional: \.limits.cpuMax, .duration(atLeast: .seconds(1), of: ", of processor time")),
        TypeSetting("files_max", optional: \.limits.filesMax, .number(16...Int.max)),
        TypeSetting("core_max", optional: \.limits.coreMax, .size()),
        TypeSetting("memory_max", optional: \.limits.memoryMax, .size(atLeast: 1 << 20)),
        TypeSetting("pids_max", optional: \.limits.pidsMax, .number(1...1_000_000)),
        TypeSetting("cpu_weight", optional: \.limits.cpuWeight, .number(1...10_000)),
    ]

    private static var profileName: ValueText<String?> {
        let names = profiles.map(\.name)
        return ValueText(
            allowed: "one of \(names.joined(separator: ", "))",
            read: { name in names.contains(name) ? .some(.some(name)) : .none }, show: { $0 })
    }

    private static var typeNames: ValueText<[String]> {
        ValueText(
            allowed: "names of types, like code, general; or none",
            read: { text in
                let names = text.split(separator: ",", omittingEmptySubsequences: false).map {
                    String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
                }
                return text == "none" ? [] : names.allSatisfy(isTypeName) ? names : nil
            },
            show: { $0.isEmpty ? "none" : $0.joined(separator: ", ") })
    }

    private static var listenAddress: ValueText<ListenAddress?> {
        ValueText(
            allowed: "\(ListenAddress.form); or none",
            read: { $0 == "none" ? .some(nil) : ListenAddress($0).map { .some($0) } }, show: { $0?.text ?? "none" })
    }

    private static var socketPath: ValueText<String?> {
        ValueText(
            allowed: "an absolute path of at most 100 bytes",
            read: { $0.hasPrefix("/") && $0.utf8.count <= 100 ? .some(.some($0)) : .none }, show: { $0 })
    }

    private static func webNames(_ what: String) -> ValueText<[String]> {
        ValueText(
            allowed: "\(what), with spaces between them; or none",
            read: { text in
                let names = text.lowercased().split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
                let areNames = names.allSatisfy { $0.utf8.allSatisfy { (0x21...0x7e).contains($0) } }
                return text == "none" ? [] : names.isEmpty || !areNames ? nil : names
            },
            show: { $0.isEmpty ? "none" : $0.joined(separator: " ") })
    }

    private static var programWords: ValueText<[String]> {
        ValueText(
            allowed: "a program and its arguments",
            read: { CommandWords.split($0).flatMap { $0.first?.isEmpty ?? true ? nil : $0 } }, show: CommandWords.text)
    }

    private static var commandWords: ValueText<[String]> {
        ValueText(
            allowed: "\(programWords.allowed); exec and shell have none", read: programWords.read,
            show: programWords.show)
    }

    private static var notifyCommand: ValueText<[String]?> {
        ValueText(allowed: programWords.allowed, read: programWords.read, show: { $0.flatMap(programWords.show) })
    }

    private static var endStates: ValueText<[TaskState]> {
        let all = TaskState.allCases.filter(\.isEnded)
        return ValueText(
            allowed: "some of " + all.map(\.rawValue).joined(separator: ", "),
            read: { text in
                let words = text.split { ", \t".contains($0) }.map(String.init)
                let states = words.compactMap { word in all.first { $0.rawValue == word } }
                return states.isEmpty || states.count < words.count ? nil : states
            }, show: { $0.map(\.rawValue).joined(separator: ", ") })
    }

    private static var url: ValueText<String> {
        ValueText(
            allowed: "a URL, like http://127.0.0.1:11434",
            read: { text in
                let isURL = ["http://", "https://"].contains { text.hasPrefix($0) && text.count > $0.count }
                return isURL && !text.contains(" ") ? withoutTrailingSlashes(text) : nil
            }, show: { $0 })
    }

    private static func withoutTrailingSlashes(_ text: String) -> String {
        var text = text[...]
        while text.hasSuffix("/") { text = text.dropLast() }
        return String(text)
    }

    private static var concurrency: ValueText<Int?> {
        ValueText(
            allowed: "a whole number from 1 to 10000; 0 for no limit",
            read: { Int($0).flatMap { (0...10_000).contains($0) ? .some($0 == 0 ? nil : $0) : nil } },
            show: { "\($0 ?? 0)" })
    }

    private static var rate: ValueText<Rate?> {
        ValueText(
            allowed: "\(Rate.form); 0 for no limit",
            read: { text in text == "0" ? .some(nil) : Rate(text).map { .some($0) } },
            show: { $0.map(\.text) ?? "0" })
    }

    private static var exitStatuses: ValueText<[ClosedRange<Int>]> {
        ValueText(
            allowed: "exit statuses and ranges, like 64-69,77; or none", read: ExitStatusRanges.parse,
            show: ExitStatusRanges.text)
    }

    private static var resultForm: ValueText<ResultForm> {
        ValueText(allowed: ResultForm.allowed, read: ResultForm.init, show: \.text)
    }

    private static var umask: ValueText<UInt32> {
        ValueText(
            allowed: "three octal digits, like 022",
            read: { text in
                UInt32(text, radix: 8).flatMap { text.count <= 4 && $0 <= 0o777 ? $0 : nil }
            },
            show: { mask in
                let digits = String(mask, radix: 8)
                return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
            })
    }

    private static func set<Root, Value>(
        _ root: inout Root, _ property: WritableKeyPath<Root, Value>, _ value: Value?
    ) -> Bool {
        guard let value else { return false }
        root[keyPath: property] = value
        return true
    }
}
