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
    /// The id of a task that `retry` puts back into the queue.
    case retriableTask
    /// The id of a task in whose session another one can go on.
    case continuableTask
    /// The name of what is known of a task.
    case taskField
    /// The number of what `every` has set up.
    case recurring
    /// A type of tasks that can be handed in.
    case type
    /// One that has tasks, although it is configured no more, too.
    case usedType
    case tag
    /// `pool.max`, or whatever else `koubouctl config` shows.
    case setting
    /// The name of a token.
    case token
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
        case .task, .retriableTask, .continuableTask: "42"
        case .taskField: "status"
        case .recurring: "1"
        case .type, .usedType: "shell"
        case .setting: "pool.max"
        case .token: "agent"
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
