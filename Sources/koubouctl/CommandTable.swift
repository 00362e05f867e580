import Glibc
import KoubouCore

/// All subcommands, and how one is chosen and run.
enum CommandTable {
    static let commands: [any Command.Type] = [
        SubmitCommand.self, EveryCommand.self, ListCommand.self, ShowCommand.self, ResultCommand.self, WaitCommand.self,
        CancelCommand.self, RetryCommand.self, EditCommand.self, PauseCommand.self, ResumeCommand.self,
        ProgressCommand.self, LogsCommand.self, EventsCommand.self, StatsCommand.self, WorkersCommand.self,
        TopCommand.self, StartCommand.self, StopCommand.self, StatusCommand.self, PoolCommand.self, PruneCommand.self,
        BackupCommand.self, ExportCommand.self, ImportCommand.self, LoadCommand.self, ServeCommand.self,
        TokenCommand.self, MCPCommand.self,
        CheckCommand.self, DoctorCommand.self, ConfigCommand.self, CompletionCommand.self,
        CompleteCommand.self, HelpCommand.self, VersionCommand.self,
    ]

    /// Runs the command that `words` name; nothing of ours escapes as a crash.
    static func runAndExit(_ words: [Word]) -> Never {
        signal(SIGPIPE, SIG_IGN)
        do { SignalEnd.leave(with: try run(words)) } catch { exit(reporting: error, program: "koubouctl") }
    }

    private static func run(_ words: [Word]) throws -> Int32 {
        let environment = Environment.ofProcess
        var words = words[...]
        let leading = try leadingOptions(&words)
        if leading.contains("--help") || leading.contains("-h") { return try HelpCommand.printOverview() }
        if leading.contains("--version") { return try VersionCommand.printVersion() }
        guard let word = words.popFirst() else {
            writeAll(HelpCommand.overview, to: STDERR_FILENO)
            return ExitCode.usage.rawValue
        }
        let command = try named(word)
        do { return try run(command, leading + Array(words), environment) } catch {
            throw command.examples.explaining(error)
        }
    }

    private static func run(
        _ command: any Command.Type, _ words: [Word], _ environment: Environment
    ) throws -> Int32 {
        let arguments = try Arguments(
            words, options: command.allOptions, command: "koubouctl \(command.name)",
            takesCommand: command.synopsis.contains { $0.mentions("-- COMMAND") })
        if arguments.has(CommonOptions.help) {
            writeOut(command.help)
            return 0
        }
        let home = try Home(option: try arguments(CommonOptions.home), environment: environment)
        let context = Context(
            home: home, environment: environment, telling: try telling(arguments),
            isHomeNamed: try arguments(CommonOptions.home) != nil, makesQueue: try command.makesQueue(arguments))
        // The process ends with the command: to take everything apart before would cost a tenth of a short one.
        _ = Unmanaged.passRetained(context)
        let status = try command.run(arguments, in: context)
        context.flush()
        if context.isQueueAbsent {
            context.tell("there is no queue in '\(home.path)' yet; to make it: koubouctl start")
        }
        return status
    }

    /// Takes the common options that stand before the command.
    private static func leadingOptions(_ words: inout ArraySlice<Word>) throws -> [Word] {
        func isOption(_ word: Word) -> Bool { word.bytes.first == UInt8(ascii: "-") }
        guard words.first.map(isOption) ?? false else { return [] }
        let options = CommonOptions.all + [VersionCommand.flag]
        let examples = UsageExamples("koubouctl", options: options, usual: .init("", "list"))
        var leading: [Word] = []
        while let word = words.first, isOption(word) {
            words.removeFirst()
            if word == "--" { break }
            let name = word.display.prefix { $0 != "=" }
            guard options.contains(where: { $0.long == name || $0.short ?? "" == name }) else {
                throw examples.explaining(
                    UsageError.unknownOption(String(name), command: "koubouctl", known: options.map(\.long)))
            }
            leading.append(word)
            if word == "--home" {
                guard let value = words.popFirst() else {
                    throw examples.explaining(UsageError.missingValue("--home"))
                }
                leading.append(value)
            }
        }
        return leading
    }

    private static func telling(_ arguments: Arguments) throws(UsageError) -> Context.Telling {
        switch (arguments.has(CommonOptions.quiet), arguments.has(CommonOptions.verbose)) {
        case (false, false): .news
        case (true, false): .errors
        case (false, true): .everything
        case (true, true):
            throw .other(what: "--quiet and --verbose exclude each other", remedy: "give one of them")
        }
    }

    static var shown: [any Command.Type] { commands.filter { !$0.isHidden } }

    static func named(_ word: Word) throws -> any Command.Type {
        let name = word.text
        if let command = commands.first(where: { $0.name == name }) { return command }
        let error = UsageError.unknownCommand(word.display, known: shown.map { $0.name })
        let meant = commands.first { $0.name == error.meantCommand } ?? SubmitCommand.self
        throw meant.examples.explaining(error)
    }
}
