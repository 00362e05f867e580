import Glibc

/// Everything that can be set, with its defaults.
public struct Configuration: Equatable, Sendable {
    public var pool = PoolLimits()
    /// How often the supervisor looks, when no signal tells it to.
    public var poll: Duration = .seconds(2)
    /// How long a drain lets running tasks finish.
    public var stopTimeout: Duration = .seconds(90)
    public var statisticsInterval: Duration = .seconds(30)
    /// How long a worker may be silent before it is taken for hung.
    public var heartbeatTimeout: Duration = .seconds(30)
    /// Between TERM and KILL.
    public var killGrace: Duration = .seconds(5)
    /// Bytes of output, stdout and stderr each, after which a task is ended.
    public var maxOutput = 64 << 20
    /// How deep tasks may hand in tasks that hand in tasks.
    public var maxDepth = 10
    /// What is run when tasks have ended.
    public var notify = NotifySettings()
    public var memory = MemoryLimits()
    /// Ended tasks are pruned when they are older; zero: never.
    public var retention: Duration = .zero
    /// Types that a client of `koubouctl mcp` may hand in tasks of.
    public var delegableTypes = ["code", "general"]
    public var serve = ServeSettings()
    public var log = LogSettings()
    public private(set) var types: [String: TaskType]
    /// Where what is not built in was set, by `section.key`.
    private(set) var places: [String: Place] = [:]
    /// Where min or max were set last, for the error that names them.
    private var poolPlace: Place?

    public init() {
        types = Dictionary(uniqueKeysWithValues: TaskType.builtIn.map { ($0.name, $0) })
    }

    public static let systemFile = "/etc/koubou/koubou.conf"

    /// Reads all sources, the weakest first: `/etc/koubou/koubou.conf`, the home's `koubou.conf`, the environment
    /// (`KOUBOU_POOL_MIN`), options by their keys in `[pool]` and `[log]`, and what `koubouctl pool` has kept.
    public static func load(
        home: Home, environment: Environment,
        options: [(setting: SettingName, value: String, option: String)] = [],
        poolSettings: [(key: String, value: String)] = []
    ) throws(ConfigurationError) -> Configuration {
        var configuration = Configuration()
        for file in [systemFile, home.configurationFile] {
            let bytes: [UInt8]
            do { bytes = try readFile(file) } catch {
                if error.code == ENOENT || error.code == ENOTDIR { continue }
                throw .unreadable(error)
            }
            try configuration.read(bytes, file: file)
        }
        try configuration.apply(assignments(of: environment))
        try configuration.apply(
            options.compactMap { option in
                Self.settings.first { $0.name == option.setting }.map {
                    ($0, option.value, Place(option: option.option))
                }
            })
        try configuration.apply(
            poolSettings.compactMap { kept in
                Self.settings.first { $0.name == ("pool", kept.key) }.map {
                    ($0, kept.value, Place(option: "koubouctl pool"))
                }
            })
        return configuration
    }

    /// What bounds each type, by name.
    public var throttles: [String: Throttle] { types.mapValues(\.throttle) }

    /// The type of that name, or the error that says which there are.
    public func type(named name: String) throws(ConfigurationError) -> TaskType {
        guard let type = types[name] else { throw .unknownType(name, known: types.keys.sorted()) }
        return type
    }

    /// How tasks of that type are tried again; also of one that is configured no more.
    public func retryPolicy(of type: String) -> RetryPolicy { types[type]?.retry ?? RetryPolicy(maxAttempts: 1) }

    /// Applies one file to what is set so far.
    mutating func read(_ bytes: [UInt8], file: String) throws(ConfigurationError) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(file: file) }
        let (entries, sections) = try INI.parse(text, file: file)
        var assignments: [Assignment] = []
        for (name, line) in sections where !Self.sections.contains(name) {
            let place = Place(file: file, line: line)
            guard let typeName = Self.typeName(of: name) else {
                throw .unknownSection(name, place, known: Self.sections + ["type NAME"])
            }
            guard Self.isTypeName(typeName) else {
                throw .notAllowed(key: "type", value: typeName, place, allowed: "letters, digits, - and _")
            }
            if types[typeName] == nil { types[typeName] = TaskType(name: typeName, program: .command([])) }
        }
        // Who runs the tasks comes first: what command means depends on it.
        for entry in entries.filter({ $0.key == "executor" }) + entries.filter({ $0.key != "executor" }) {
            let place = Place(file: file, line: entry.line)
            if let typeName = Self.typeName(of: entry.section) {
                try apply(entry, toType: typeName, place)
                continue
            }
            guard let setting = Self.settings.first(where: { $0.name == (entry.section, entry.key) }) else {
                throw .unknownKey(
                    entry.key, section: entry.section, place,
                    known: Self.settings.filter { $0.name.section == entry.section }.map(\.name.key))
            }
            assignments.append((setting, entry.value, place))
        }
        try apply(assignments)
        for (name, line) in sections {
            guard let typeName = Self.typeName(of: name), let type = types[typeName] else { continue }
            let place = Place(file: file, line: line)
            if type.program == .command([]) { throw .typeWithoutCommand(typeName, place) }
            if type.program == .chat(.openai), type.agent.url == nil { throw .typeWithoutURL(typeName, place) }
            if type.launch.launcher != nil, let executor = type.executor, executor != .command {
                throw .launcherOfAgent(typeName, executor, place)
            }
        }
    }

    /// What the environment sets. The table of settings costs a short command much, and mostly nothing is set.
    private static func assignments(of environment: Environment) -> [Assignment] {
        let names = environment.names(startingWith: "KOUBOU_")
        guard !names.isEmpty else { return [] }
        let prefixes = sections.map { "KOUBOU_\($0)_".uppercased() }
        guard names.contains(where: { prefixes.contains(where: $0.hasPrefix) }) else { return [] }
        return settings.compactMap { setting in
            let name = "KOUBOU_\(setting.name.section)_\(setting.name.key)".uppercased()
            return environment[name].map { (setting, $0, Place(environment: name)) }
        }
    }

    private typealias Assignment = (setting: Setting, value: String, place: Place)

    /// Applies settings of one source: a profile first, as the single values beside it are meant to refine it.
    private mutating func apply(_ assignments: [Assignment]) throws(ConfigurationError) {
        guard !assignments.isEmpty else { return }
        let ordered =
            assignments.filter { $0.setting.name.key == "profile" }
            + assignments.filter { $0.setting.name.key != "profile" }
        for (setting, value, place) in ordered {
            guard setting.apply(&self, value) else {
                throw .notAllowed(key: setting.name.key, value: value, place, allowed: setting.allowed())
            }
            note(place, of: setting.name)
            if ["min", "max", "profile"].contains(setting.name.key) { poolPlace = place }
            if setting.name.key == "profile" { for key in ["min", "max"] { note(place, of: ("pool", key)) } }
        }
        // Half of a pair may raise the other half's default: `--min 8` alone means at least eight.
        let names = Set(ordered.map(\.setting.name.key))
        if names.contains("min"), !names.contains("max"), wantedMax < wantedMin {
            wantedMax = wantedMin
            places["pool.max"] = places["pool.min"]
        }
        if names.contains("max"), !names.contains("min"), wantedMin > wantedMax {
            wantedMin = wantedMax
            places["pool.min"] = places["pool.max"]
        }
        guard wantedMin <= wantedMax else { throw .minAboveMax(min: wantedMin, max: wantedMax, poolPlace) }
        pool.workers = wantedMin...wantedMax
    }

    private mutating func apply(_ entry: INI.Entry, toType name: String, _ place: Place) throws(ConfigurationError) {
        guard var type = types[name] else { return }
        guard let setting = Self.typeSettings.first(where: { $0.key == entry.key }) else {
            throw .unknownKey(entry.key, section: entry.section, place, known: Self.typeSettings.map(\.key))
        }
        // A command alone takes the place of a built-in agent.
        let isAlone = places["\(entry.section).executor"] == nil
        if setting.key == "command", isAlone, type.executor != nil { type.executor = .command }
        // exec and shell have neither, and can't be given one.
        let isAboutProgram = ["command", "executor"].contains(setting.key)
        // A model server is asked by a program of ours.
        let isForServer = if case .chat = type.program { setting.key == "command" } else { false }
        guard !isAboutProgram || type.executor != nil, !isForServer, setting.apply(&type, entry.value) else {
            throw .notAllowed(key: entry.key, value: entry.value, place, allowed: setting.allowed())
        }
        types[name] = type
        note(place, of: (entry.section, entry.key))
    }

    private mutating func note(_ place: Place, of name: SettingName) { places["\(name.section).\(name.key)"] = place }

    /// `code` of `type code`.
    private static func typeName(of section: String) -> String? {
        section.hasPrefix("type ") ? String(section.dropFirst(5)) : nil
    }

    static func isTypeName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// The last profile that was set; it sets min and max.
    var profile: String? {
        didSet {
            guard let profile = Self.profiles.first(where: { $0.name == profile }) else { return }
            (wantedMin, wantedMax) = (profile.workers.lowerBound, profile.workers.upperBound)
        }
    }

    // min and max while a source is being read: the range can't hold a min above max for a moment.
    var wantedMin = 1
    var wantedMax = 5
}
