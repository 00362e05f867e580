import KoubouCore

/// The options of `submit` that say when a task runs, and whether it is a new one.
enum OrderOptions {
    private static let after = taskIDs("--after", "run when all of these have completed; cancelled if one does not")
    private static let afterAny = taskIDs("--after-any", "run when all of these have ended, in whatever way")
    private static let delay = CommandOption<Duration>.duration("--delay", "D", "not before this time has passed")
    static let at = CommandOption<Timestamp>(
        "--at", "TIME", "not before: HH:MM, or like 2026-03-01T09:30:00Z", allowed: MomentText.form, example: "18:30"
    ) { $0.text.flatMap { MomentText.parse($0, now: Clock.now, in: .system) } }
    static let key = CommandOption<String>.text(
        "--key", "KEY", "print the id of the task that has this key and waits or runs, instead of another one",
        example: "nightly")
    static let keyTTL = CommandOption<Duration>.duration(
        "--key-ttl", "D", "with --key: also if it has ended since so long (0)")
    static let all: [any OptionSpelling] = [after, afterAny, delay, at, key, keyTTL]

    private static func taskIDs(_ name: String, _ help: String) -> CommandOption<[TaskID]> {
        // Spaces and newlines too: what 'submit --lines' printed can be put in as it is. Nothing between two commas is an
        // id that a script has lost.
        CommandOption(
            name, "ID[,ID...]", help, kind: .anyTask, allowed: "task ids, with commas between them", example: "41,42"
        ) { word in
            let words = (word.text ?? "").split { " \n\t".contains($0) }
            let ids = words.compactMap { TaskID(text: $0) }
            return ids.isEmpty || ids.count < words.count ? nil : ids
        }.list
    }

    /// Adds to `task` what the options say.
    static func apply(_ arguments: Arguments, to task: inout NewTask) throws(UsageError) {
        let delay = try arguments(delay)
        let moment = try arguments(at)
        if delay != nil, moment != nil {
            throw .other(what: "--delay and --at exclude each other", remedy: "use one of them")
        }
        task.after = try arguments.all(after).flatMap(\.self)
        task.afterAny = try arguments.all(afterAny).flatMap(\.self)
        task.runAt = moment ?? delay.map { Clock.now + $0 }
        task.key = try arguments(key)
        task.keyLife = try arguments(keyTTL) ?? .zero
    }
}
