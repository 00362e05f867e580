/// Where a setting was read: a line of a file, an environment variable, or an option.
public struct Place: Equatable, Sendable {
    let text: String
    /// True for words of the command line.
    let isOption: Bool
    init(file: String, line: Int) { (text, isOption) = ("\(file):\(line)", false) }
    init(environment name: String) { (text, isOption) = (name, false) }
    init(option: String) { (text, isOption) = (option, true) }
}

/// Why a configuration can't be used.
public enum ConfigurationError: OptionError, Equatable {
    case malformed(String, Place)
    case beforeSections(String, Place)
    case notUTF8(file: String)
    case unreadable(SystemError)
    case unknownSection(String, Place, known: [String])
    case unknownKey(String, section: String, Place, known: [String])
    case notAllowed(key: String, value: String, Place, allowed: String)
    case minAboveMax(min: Int, max: Int, Place?)
    case unknownType(String, known: [String])
    case typeWithoutCommand(String, Place)
    case typeWithoutURL(String, Place)
    case launcherOfAgent(String, TaskType.Executor, Place)

    public var exitCode: ExitCode {
        switch self {
        case .unreadable(let error): error.exitCode
        case .unknownType: .usage
        case .notAllowed(_, _, let place, _) where place.isOption: .usage
        case .minAboveMax(_, _, let place?) where place.isOption: .usage
        default: .configuration
        }
    }

    public var option: String? {
        switch self {
        case .unknownType: "--type"
        case .notAllowed(_, _, let place, _), .minAboveMax(_, _, let place?): place.isOption ? place.text : nil
        default: nil
        }
    }

    public var meant: String? {
        switch self {
        case .unknownType(let name, let known): nearestWord(to: name, among: known)
        case .notAllowed(_, let value, _, let allowed): nearestWord(to: value, among: Self.words(of: allowed))
        default: nil
        }
    }

    /// Those of `one of light, heavy`.
    private static func words(of allowed: String) -> [String] {
        guard allowed.hasPrefix("one of ") else { return [] }
        return allowed.dropFirst(7).split(separator: ",").map { String($0.drop { $0 == " " }) }
    }

    public var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .malformed(let line, let place):
            ("'\(line)' is neither [section] nor key = value", place.text, "write one of these, or # before a comment")
        case .beforeSections(let line, let place):
            ("'\(line)' stands before the first [section]", place.text, "write one above it, like [pool]")
        case .notUTF8(let file): ("the file is not UTF-8 text", file, "save it as UTF-8")
        case .unreadable(let error): error.report
        case .unknownSection(let name, let place, let known):
            ("unknown section [\(name)]", place.text, suggestion(for: name, among: known))
        case .unknownKey(let key, let section, let place, let known):
            ("unknown key '\(key)' in [\(section)]", place.text, suggestion(for: key, among: known))
        case .notAllowed(let key, let value, let place, let allowed):
            ("\(key) is '\(value)'", place.text, meant.map { "did you mean '\($0)'?" } ?? "write \(allowed)")
        case .minAboveMax(let min, let max, let place):
            ("min is \(min), above max, which is \(max)", place?.text, "lower min or raise max")
        case .unknownType(let name, let known):
            (
                "unknown task type '\(name)'", nil,
                nearestWord(to: name, among: known) == nil
                    ? suggestion(for: name, among: known) + ", or add [type \(name)] with a command to koubou.conf"
                    : suggestion(for: name, among: known)
            )
        case .typeWithoutURL(let name, let place):
            ("[type \(name)] has no url", place.text, "add: url = http://127.0.0.1:8080/v1")
        case .launcherOfAgent(let name, let executor, let place):
            (
                "[type \(name)] has a launcher, which \(executor.rawValue) can't have", place.text,
                "write executor = command, and a command that does it there"
            )
        case .typeWithoutCommand(let name, let place):
            ("[type \(name)] has no command", place.text, "add: command = PROGRAM [ARG...]")
        }
    }
}
