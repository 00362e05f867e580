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

    /// The words to choose from, for "did you mean".
    var known: [String] {
        if case .words(let words) = self { words } else { [] }
    }
}
