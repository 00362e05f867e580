import Glibc
import KoubouCore

/// The command line of `kouboud`.
enum SupervisorCommand {
    private static let help = CommandOption<Bool>.flag("--help", short: "-h", "print this help")
    private static let version = CommandOption<Bool>.flag("--version", "print the version")
    private static var options: [any OptionSpelling] { SupervisorOptions.all + [help, version] }

    static func run(_ words: [Word]) throws {
        do { try begin(words) } catch { throw UsageExamples("kouboud", options: options).explaining(error) }
    }

    private static func begin(_ words: [Word]) throws {
        let arguments = try Arguments(words, options: options, command: "kouboud")
        if arguments.has(help) {
            writeAll(
                HelpText.text(
                    usage: ["kouboud [options]"],
                    summary: "Starts and stops workers by the load of the queue. Stays in the foreground.",
                    options: options,
                    details: "TERM drains and ends it, HUP re-reads the configuration. See kouboud(8)."),
                to: STDOUT_FILENO)
            return
        }
        if arguments.has(version) {
            writeAll("kouboud \(Version.text)\n", to: STDOUT_FILENO)
            return
        }
        if let word = (arguments.operands + (arguments.afterDashes ?? [])).first {
            throw UsageError.unexpected(word.display)
        }
        let environment = Environment.ofProcess
        let home = try Home(option: try arguments(SupervisorOptions.home), environment: environment)
        let options = SupervisorOptions.chosen(arguments)
        try Supervisor(home: home, manager: ServiceManager(environment: environment)) { poolSettings in
            try Configuration.load(home: home, environment: environment, options: options, poolSettings: poolSettings)
        }.run()
    }
}
