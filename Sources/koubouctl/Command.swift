import Glibc
import KoubouCore

/// A subcommand of koubouctl: its grammar, its help and what it does, in one type.
protocol Command: SendableMetatype {
    static var name: String { get }
    /// What follows `koubouctl NAME` in the usage, one form a line.
    static var synopsis: [String] { get }
    static var summary: String { get }
    static var options: [any OptionSpelling] { get }
    /// What a shell may offer for the operands.
    static var operands: ValueKind { get }
    /// What stands around an option in examples, and around those that need other company; see `UsageExamples`.
    static var usual: UsageExamples.Company { get }
    static var special: [String: UsageExamples.Company] { get }
    /// True for what is there for scripts of ours, and not for people.
    static var isHidden: Bool { get }
    /// Paragraphs below the options in the help, or nothing.
    static var details: String { get }
    /// False where it only looks, or changes what is there: it makes no queue then.
    static func makesQueue(_ arguments: Arguments) throws -> Bool
    /// - Returns: the exit status.
    static func run(_ arguments: Arguments, in context: Context) throws -> Int32
}

extension Command {
    static var details: String { "" }
    static var operands: ValueKind { .free }
    static var isHidden: Bool { false }
    static func makesQueue(_ arguments: Arguments) throws -> Bool { false }
    static var usual: UsageExamples.Company { .init() }
    static var special: [String: UsageExamples.Company] { [:] }
    static var examples: UsageExamples {
        UsageExamples("koubouctl \(name)", options: allOptions, usual: usual, special: special)
    }

    static var allOptions: [any OptionSpelling] { options + CommonOptions.all }

    static var help: String {
        HelpText.text(
            usage: synopsis.map { "koubouctl \(name)" + ($0.isEmpty ? "" : " \($0)") },
            summary: summary.prefix(1).uppercased() + summary.dropFirst() + ".",
            options: allOptions, details: details)
    }

    /// Refuses operands, for a command that takes none.
    static func refuseOperands(_ arguments: Arguments) throws(UsageError) {
        if let word = (arguments.operands + (arguments.afterDashes ?? [])).first { throw .unexpected(word.display) }
    }

    /// The task ids among the operands, in order; `-` stands for ids on stdin, one a line, which may be none.
    static func taskIDs(_ arguments: Arguments) throws -> [TaskID] {
        var words = arguments.operands + (arguments.afterDashes ?? [])
        guard !words.isEmpty else { throw UsageError.other(what: "no task id is given") }
        if let dash = words.firstIndex(of: "-") {
            let lines = try readAll(from: STDIN_FILENO, atMost: idsMax)
                .split { $0 == 0x0a || $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
            words.replaceSubrange(dash...dash, with: lines.map { Word(bytes: Array($0)) })
        }
        return try words.map { word throws(UsageError) in
            guard let task = word.text.flatMap({ TaskID(text: $0) }) else {
                throw .other(
                    what: "'\(word.display)' is no task id", remedy: "write a number as 'koubouctl list' shows it")
            }
            return task
        }
    }
}

/// Writes to a standard stream. A reader that has gone ends the program quietly, as SIGPIPE would.
/// - Parameter stored: what is safe, although it can't be printed.
func writeOut(_ bytes: some ContiguousBytesLike, to descriptor: Int32 = STDOUT_FILENO, stored: String? = nil) {
    guard !writeAll(bytes, to: descriptor) else { return }
    let error = SystemError("write", descriptor == STDOUT_FILENO ? "standard output" : "standard error")
    if error.code == EPIPE { exit(128 + SIGPIPE) }
    // So does a terminal that has gone, whose SIGHUP has perhaps not come yet.
    if error.code == EIO, fileStatus(ofDescriptor: descriptor).map({ $0.st_mode & S_IFMT }) == S_IFCHR {
        exit(128 + SIGHUP)
    }
    exit(reporting: UnwrittenOutput(error: error, stored: stored), program: "koubouctl")
}

/// Output that could not be written.
private struct UnwrittenOutput: UserFacingError {
    let error: SystemError
    let stored: String?
    var exitCode: ExitCode { error.exitCode }
    var report: (what: String, place: String?, remedy: String?) { (error.report.what, nil, stored) }
}

/// Bytes of ids on stdin.
private let idsMax = 256 << 20

/// Reads `descriptor` to its end, unless that lies too far away.
func readAll(from descriptor: Int32, atMost limit: Int) throws -> [UInt8] {
    let bytes = try KoubouCore.readAll(from: descriptor, upTo: limit + 1)
    guard bytes.count <= limit else { throw InputTooLarge(limit: limit) }
    return bytes
}

/// More input than is taken.
struct InputTooLarge: UserFacingError {
    let limit: Int
    var exitCode: ExitCode { .dataError }
    var report: (what: String, place: String?, remedy: String?) {
        ("more than \(SizeText.text(limit)) of input", "stdin", "put it into a file, and name that; nothing was stored")
    }
}

/// Options that every command takes.
enum CommonOptions {
    static let home = SupervisorOptions.home
    static let quiet = CommandOption<Bool>.flag("--quiet", short: "-q", "tell errors alone")
    static let verbose = CommandOption<Bool>.flag("--verbose", short: "-v", "tell what is done")
    static let help = CommandOption<Bool>.flag("--help", short: "-h", "print this help")
    static let all: [any OptionSpelling] = [home, quiet, verbose, help]

    /// Not of every command, and the same wherever it is taken.
    static let json = CommandOption<Bool>.flag("--json", "print JSON, one object a line")
}
