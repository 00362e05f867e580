/// A command line that can't be understood.
public enum UsageError: OptionError, Equatable {
    case unknownOption(String, command: String, known: [String])
    /// One that was perhaps meant for the program that stands before it.
    case optionOfCommand(String, command: String, known: [String])
    case unknownCommand(String, known: [String])
    case missingValue(String)
    case valueForFlag(String)
    /// `known` are the words that the value was perhaps meant to be.
    case notAllowed(option: String, value: String, allowed: String, known: [String] = [])
    case unexpected(String)
    /// Anything else: `what` is wrong, and `remedy` says how it is right, where an example does not.
    case other(what: String, remedy: String? = nil)

    public var exitCode: ExitCode { .usage }

    public var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .unknownOption(let name, let command, _):
            ("unknown option '\(name)'", nil, question ?? "write one of '\(command) --help'")
        case .optionOfCommand(let name, _, _):
            ("unknown option '\(name)'", nil, question ?? "put a command that has options after '--'")
        case .unknownCommand(let name, _):
            ("unknown command '\(name)'", nil, question ?? "write one of 'koubouctl help'")
        case .missingValue(let name): ("option '\(name)' needs a value", nil, nil)
        case .valueForFlag(let name): ("option '\(name)' takes no value", nil, nil)
        case .notAllowed(let option, let value, let allowed, _):
            ("\(option) is '\(value)'", nil, question ?? "write \(allowed)")
        case .unexpected(let word): ("unexpected argument '\(word)'", nil, nil)
        case .other(let what, let remedy): (what, nil, remedy)
        }
    }

    public var option: String? {
        switch self {
        case .unknownOption(let name, _, let known): Self.nearestOption(to: name, among: known) ?? known.first
        case .optionOfCommand(let name, _, let known): Self.nearestOption(to: name, among: known) ?? "--"
        case .missingValue(let name), .valueForFlag(let name), .notAllowed(let name, _, _, _): name
        case .unknownCommand, .unexpected, .other: nil
        }
    }

    public var meant: String? {
        if case .notAllowed(_, let value, _, let known) = self { nearestWord(to: value, among: known) } else { nil }
    }

    /// The command that was perhaps meant.
    public var meantCommand: String? {
        guard case .unknownCommand(let name, let known) = self else { return nil }
        return nearestWord(to: OtherNames.ours[name] ?? name, among: known)
    }

    private var question: String? {
        let word: String? =
            switch self {
            case .unknownOption(let name, _, let known), .optionOfCommand(let name, _, let known):
                Self.nearestOption(to: name, among: known)
            default: meant ?? meantCommand
            }
        return word.map { "did you mean '\($0)'?" }
    }

    /// Without the dashes, which all of them have.
    private static func nearestOption(to name: String, among known: [String]) -> String? {
        nearestWord(to: String(name.drop { $0 == "-" }), among: known.map { String($0.dropFirst(2)) }).map { "--\($0)" }
    }
}
