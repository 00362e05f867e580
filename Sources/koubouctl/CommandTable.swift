import Glibc
import KoubouCore

/// All subcommands, and how one is chosen and run.
enum CommandTable {
    static let commands: [any Command.Type] = [
        SubmitCommand.self, ListCommand.self, ShowCommand.self, ResultCommand.self, WaitCommand.self,
        CancelCommand.self, RetryCommand.self, EditCommand.self, PauseCommand.self, ResumeCommand.self,
        LogsCommand.self, StatsCommand.self, WorkersCommand.self, TopCommand.self,
        StartCommand.self, StopCommand.self, StatusCommand.self, PoolCommand.self, PruneCommand.self,
        BackupCommand.self, LoadCommand.self,
        CheckCommand.self, HelpCommand.self, VersionCommand.self,
    ]

    /// Runs the command that `words` name; nothing of ours escapes as a crash.
    static func runAndExit(_ words: [Word]) -> Never {
        signal(SIGPIPE, SIG_IGN)
        do { exit(try run(words)) } catch { exit(reporting: error, program: "koubouctl") }
    }

    private static func run(_ words: [Word]) throws -> Int32 {
        let environment = Environment.values
        // Options before the command: --home alone is ours.
        var words = words[...]
        var homeOption: String?
        while let word = words.first, word.bytes.first == UInt8(ascii: "-") {
            words.removeFirst()
            switch word.display {
            case "--help", "-h": return try HelpCommand.printOverview()
            case "--version": return try VersionCommand.printVersion()
            case "--home":
                guard let value = words.popFirst() else {
                    throw UsageError.missingValue("--home", placeholder: "FOLDER", command: "koubouctl")
                }
                homeOption = value.display
            case let text where text.hasPrefix("--home="): homeOption = String(text.dropFirst(7))
            default:
                throw UsageError.unknownOption(
                    word.display, command: "koubouctl", known: ["--home", "--help", "--version"])
            }
        }
        guard let word = words.popFirst() else {
            writeAll(HelpCommand.overview, to: STDERR_FILENO)
            return ExitCode.usage.rawValue
        }
        let command = try named(word)
        let options = command.options + [CommonOptions.home, CommonOptions.help]
        let arguments = try Arguments(Array(words), options: options, command: "koubouctl \(command.name)")
        if arguments.has(CommonOptions.help) {
            writeAll(command.help, to: STDOUT_FILENO)
            return 0
        }
        let home = try Home(option: try arguments(CommonOptions.home) ?? homeOption, environment: environment)
        let context = Context(home: home, environment: environment)
        let status = try command.run(arguments, in: context)
        context.flush()
        return status
    }

    static func named(_ word: Word) throws(UsageError) -> any Command.Type {
        guard let command = commands.first(where: { $0.name == word.text }) else {
            throw .unknownCommand(word.display, known: commands.map { $0.name })
        }
        return command
    }
}
