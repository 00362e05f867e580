/// What an option's value or an operand is, so that a shell can offer what there is.
public enum ValueKind: Equatable, Sendable {
    /// Anything, which only its author knows.
    case free
    case file
    case folder
    /// One of these words.
    case words([String])
    /// The id of a task in one of these states.
    case task([TaskState])
    case type
    case tag
    case worker
    case command

    /// The id of any task.
    public static let anyTask = ValueKind.task(TaskState.allCases)

    /// A value as it could be; nil for what only its author knows.
    var example: String? {
        switch self {
        case .free: nil
        case .file: "koubou.conf"
        case .folder: "/tmp"
        case .words(let words): words.first
        case .task: "42"
        case .type: "shell"
        case .tag: "nightly"
        case .worker: "worker_001"
        case .command: "submit"
        }
    }

    /// The words to choose from, for "did you mean".
    var known: [String] {
        if case .words(let words) = self { words } else { [] }
    }
}
