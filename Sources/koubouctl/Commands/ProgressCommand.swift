import KoubouCore

/// `koubouctl progress`: a task tells how far it is.
enum ProgressCommand: Command {
    static let name = "progress"
    static let synopsis = ["PERCENT [MESSAGE...]"]
    static let summary = "tell, from inside of a task, how far it is"
    static let details = """
        list, top, show and events tell it to others. The task is the one that KOUBOU_TASK_ID names; an attempt that
        counts no more changes nothing. Each call takes a few milliseconds: once a second is plenty.

        example:
          koubouctl submit 'for i in 1 2 3 4; do sleep 1; koubouctl progress "${i}0" "part $i"; done'
        """
    static let usual = UsageExamples.Company("", "40")
    static let options: [any OptionSpelling] = []

    /// Characters of a message that are kept.
    private static let messageMax = 200

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        var words = (arguments.operands + (arguments.afterDashes ?? []))[...]
        guard let word = words.popFirst() else {
            throw UsageError.other(what: "no percentage is given")
        }
        let digits = word.text.map { $0.hasSuffix("%") ? $0.dropLast() : $0[...] }
        guard let percent = digits.flatMap({ Int($0) }), (0...100).contains(percent) else {
            throw UsageError.other(
                what: "'\(word.display)' is no percentage", remedy: "write a whole number from 0 to 100")
        }
        guard let surroundings = Surroundings(of: context) else {
            throw UsageError.other(
                what: "this is not the inside of a task of \(context.home.path)",
                remedy: "call it from what a task runs, like: koubouctl submit 'koubouctl progress 40'")
        }
        let message = String(words.map(\.display).joined(separator: " ").prefix(messageMax))
        try context.store.note(
            progress: percent, message.isEmpty ? nil : message, of: surroundings.task, claim: surroundings.claim,
            at: Clock.now)
        try? context.store.keepWALShort()
        return 0
    }
}
