import KoubouCore

/// What a shell may offer, one a line: a word, and after a tab what it means. `:files` and `:folders` alone leave it to
/// the shell.
struct Candidates {
    private typealias Candidate = (word: String, meaning: String)
    private static let limit = 100
    private static let recent = 1000

    private let point: CompletionPoint
    private let home: Home
    private let environment: Environment

    init(_ words: [String], environment: Environment) throws {
        let commands = CommandTable.shown.map {
            CommandGrammar(name: $0.name, summary: $0.summary, options: $0.allOptions, operands: $0.operands)
        }
        point = CompletionPoint(words, commands: commands, common: CommonOptions.all)
        home = try Home(option: point.home, environment: environment)
        self.environment = environment
    }

    func lines() throws -> [String] {
        switch point.wanted {
        case .option(let options):
            let long = options.map { (word: $0.long, meaning: $0.help) }
            let short = options.compactMap { option in option.short.map { (word: $0, meaning: option.help) } }
            return lines(point.typed.hasPrefix("--") ? long : long + short)
        case .value(.file): return [":files"]
        case .value(.folder): return [":folders"]
        case .value(let kind): return lines(try candidates(kind))
        }
    }

    private func lines(_ candidates: [Candidate]) -> [String] {
        candidates.filter { $0.word.hasPrefix(point.typed) }.prefix(Self.limit).map {
            point.prefix + $0.word + ($0.meaning.isEmpty ? "" : "\t" + LogLine.printable(String($0.meaning.prefix(60))))
        }
    }

    private func candidates(_ kind: ValueKind) throws -> [Candidate] {
        switch kind {
        case .free, .file, .folder: return []
        case .words(let words): return words.map { ($0, "") }
        case .command: return CommandTable.shown.map { ($0.name, $0.summary) }
        case .type: return configuration.types.keys.sorted().map { ($0, "") }
        case .usedType:
            let used = try store?.taskCounts().map(\.type) ?? []
            return Set(configuration.types.keys).union(used).sorted().map { ($0, "") }
        case .setting: return configuration.effective.map { ($0.name, $0.value ?? "") }
        case .tag: return try store?.tags(limit: Self.recent).map { ($0, "") } ?? []
        case .token: return try TokenFile(home).current().map { ($0.name, $0.right.rawValue) }
        case .recurring: return try store?.recurring().map { ("\($0.number)", "\($0.spec): \($0.title)") } ?? []
        case .taskField: return try store?.taskFields().map { ($0, "") } ?? []
        case .worker:
            let names = fileNames(in: parentFolder(of: home.workerLog(WorkerID(slot: 1))))
            return names.filter { $0.hasSuffix(".log") }.compactMap { WorkerID(String($0.dropLast(4))) }.sorted()
                .map { ("\($0)", "") }
        case .task(let states):
            let ids = try store?.newestTaskIDs(TaskFilter(statuses: states), limit: Self.recent) ?? []
            return try tasks(ids.reversed())
        case .retriableTask: return try tasks(store?.retriableTasks(limit: Self.recent) ?? [])
        case .continuableTask: return try tasks(store?.continuableTasks(limit: Self.recent) ?? [])
        }
    }

    private func tasks(_ ids: [TaskID]) throws -> [Candidate] {
        guard let store = try store else { return [] }
        return try ids.lazy.filter { "\($0)".hasPrefix(point.typed) }.prefix(Self.limit)
            .compactMap { id in try store.summary(of: id) }
            .map { ("\($0.id)", "\($0.status.rawValue): \($0.title)") }
    }

    private var configuration: Configuration {
        (try? Configuration.load(home: home, environment: environment)) ?? Configuration()
    }

    private var store: Store? {
        get throws { Store.isThere(in: home) ? try Store(inspecting: home) : nil }
    }
}
