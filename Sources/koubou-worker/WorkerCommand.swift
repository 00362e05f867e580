import Glibc
import KoubouCore

/// The command line of `koubou-worker`.
enum WorkerCommand {
    private static let home = CommandOption<String>.text(
        "--home", "FOLDER", "the queue (default: $KOUBOU_HOME, ~/.koubou)", example: "~/queue")
    private static let once = CommandOption<Bool>.flag("--once", "run one task, or none if there is none, and leave")
    private static let drain = CommandOption<Bool>.flag("--drain", "run tasks until none may run now, and leave")
    private static let logLevel = CommandOption<String>.text(
        "--log-level", "LEVEL", "error, warn, info or debug", example: "debug")
    private static let supervised = CommandOption<Bool>.flag(
        "--supervised", "leave when the parent dies, work by its configuration (kouboud sets it)")
    private static let help = CommandOption<Bool>.flag("--help", short: "-h", "print this help")
    private static let version = CommandOption<Bool>.flag("--version", "print the version")
    private static var options: [any OptionSpelling] { [home, once, drain, logLevel, supervised, help, version] }

    static func run(_ words: [Word]) throws {
        do { try begin(words) } catch { throw UsageExamples("koubou-worker", options: options).explaining(error) }
    }

    private static func begin(_ words: [Word]) throws {
        let arguments = try Arguments(words, options: options, command: "koubou-worker")
        if arguments.has(help) {
            writeAll(helpText, to: STDOUT_FILENO)
            return
        }
        if arguments.has(version) {
            writeAll("koubou-worker \(Version.text)\n", to: STDOUT_FILENO)
            return
        }
        if let word = (arguments.operands + (arguments.afterDashes ?? [])).first {
            throw UsageError.unexpected(word.display)
        }
        let environment = Environment.ofProcess
        let home = try Home(option: try arguments(home), environment: environment)
        let level = arguments.text(of: logLevel).map { [(setting: ("log", "level"), value: $0, option: "--log-level")] }
        let isSupervised = arguments.has(supervised)
        let configuration =
            isSupervised
            ? try Configuration.handedOver()
            : try Configuration.load(home: home, environment: environment, options: level ?? [])
        let worker = try Worker(
            home: home, configuration: configuration, slot: try slot(environment),
            mode: arguments.has(once) ? .once : arguments.has(drain) ? .untilNothingIsLeft : .stay,
            isSupervised: isSupervised)
        try worker.run()
    }

    private static func slot(_ environment: Environment) throws -> WorkerID? {
        guard let text = environment["WORKER_ID"], !text.isEmpty else { return nil }
        guard let id = WorkerID(text) else {
            throw UsageError.other(what: "WORKER_ID is '\(text)'", remedy: "write it like worker_001, or unset it")
        }
        return id
    }

    private static var helpText: String {
        HelpText.text(
            usage: ["koubou-worker [options]"],
            summary:
                "Runs the tasks of a queue, one at a time. kouboud starts workers; by hand it helps out or tries things.",
            options: options,
            details: "WORKER_ID in the environment names the slot, like worker_007; the default is the lowest free one."
        )
    }
}
