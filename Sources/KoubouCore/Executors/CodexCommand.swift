/// How the Codex CLI is started for one task, whose prompt is its stdin.
public enum CodexCommand {
    /// The descriptor on which Codex finds the JSON schema of its answer.
    public static let schemaDescriptor: Int32 = 3

    /// - Parameters:
    ///   - program: the words before `exec`.
    ///   - session: of an earlier task, to go on with; nil for a new one.
    ///   - help: what `codex exec --help` prints: an option that it does not name is left out.
    /// - Throws: when that Codex can't tell what it does.
    public static func words(
        program: [String], settings: AgentSettings, session: String?, help: String
    ) throws(CodexError) -> [String] {
        guard help.mentions("--json") else { throw .tooOld(program[0]) }
        // What a task says of itself must not become an option.
        if let session, !isName(session) { throw .noSession(session) }
        var words = program + ["exec", "--json"]
        func add(_ option: String, _ value: String?) {
            if let value, help.mentions(option) { words += [option, value] }
        }
        if help.mentions("--skip-git-repo-check") { words.append("--skip-git-repo-check") }
        add("--model", settings.model)
        add("--sandbox", settings.sandbox)
        add("--profile", settings.profile)
        add("--output-schema", settings.schemaFile ?? settings.format.map { _ in "/dev/fd/\(schemaDescriptor)" })
        return words + (session.map { ["resume", $0] } ?? []) + ["-"]
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.first != "-"
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

/// Why Codex can't be started.
public enum CodexError: UserFacingError, Equatable {
    case tooOld(String)
    /// Metadata of the task names one that Codex can't have.
    case noSession(String)

    public var exitCode: ExitCode { .unavailable }

    public var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .tooOld(let program):
            ("'\(program) exec --help' names no --json", nil, "upgrade the Codex CLI, or run it by hand to see why")
        case .noSession(let name):
            ("'\(name.prefix(100))' is no session of Codex", "resume", "use --continue with the id of a task")
        }
    }
}
