/// What of a task's output is its result, as `result` of koubou.conf names it.
public enum ResultForm: Equatable, Sendable {
    /// All of stdout.
    case text
    /// All of stdout, which must be JSON; or the member at a path of it, such as `.result` or `.items[0].text`.
    case json(member: String?)
    /// The last line of stdout that is not empty.
    case lastLine
    /// A file that the task has written, by its path from the task's working directory.
    case file(String)

    static let allowed = "text, json, json:.MEMBER, last-line or file:PATH"

    /// Reads one of `allowed`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count > 1 ? parts[1] : nil) {
        case ("text", nil): self = .text
        case ("json", nil): self = .json(member: nil)
        case ("json", let path?) where path.count > 1 && (path.hasPrefix(".") || path.hasPrefix("[")):
            self = .json(member: path)
        case ("last-line", nil): self = .lastLine
        case ("file", let path?) where !path.isEmpty && !path.utf8.contains(0): self = .file(path)
        default: return nil
        }
    }

    /// What `init` takes for it.
    public var text: String {
        switch self {
        case .text: "text"
        case .json(let member): "json" + (member.map { ":" + $0 } ?? "")
        case .lastLine: "last-line"
        case .file(let path): "file:" + path
        }
    }

    /// True when what comes on stdout is part of the result, so that it can be shown as it comes.
    var isStdout: Bool {
        switch self {
        case .text, .json(nil): true
        case .json, .lastLine, .file: false
        }
    }
}
