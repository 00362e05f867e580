import KoubouCore

/// The options of `submit` that tie a task to another one, and to what is run after it.
enum FollowingOptions {
    static let continues = CommandOption<TaskID>(
        "--continue", "ID", "go on in the session of an earlier task for Codex",
        kind: .continuableTask, allowed: "a task id", example: "42"
    ) { $0.text.flatMap { TaskID(text: $0) } }
    private static let notify = CommandOption<[String]>(
        "--notify", "CMD", "run this when it has ended, with the task as JSON on stdin",
        allowed: "a program and its arguments, with closed quotes", example: "'notify-send done'"
    ) { $0.text.flatMap(CommandWords.split).flatMap { $0.first?.isEmpty ?? true ? nil : $0 } }
    private static let noParent = CommandOption<Bool>.flag(
        "--no-parent", "from inside of a task: not as its child, which ends when it is cancelled")
    static let all: [any OptionSpelling] = [continues, notify, noParent]

    /// Adds to `task` what the options say.
    static func apply(_ arguments: Arguments, in context: Context, to task: inout NewTask) throws {
        task.continues = try arguments(continues)
        task.notify = try arguments(notify)
        task.parent = arguments.has(noParent) ? nil : Surroundings(of: context)?.task
    }
}
