import KoubouCore

/// `koubouctl top`: the queue, live, on the whole screen.
enum TopCommand: Command {
    static let name = "top"
    static let synopsis = [""]
    static let summary = "watch workers and queue on the whole screen; keys control them"
    static let details = """
        keys: arrows or j, k select; Enter or o reads the task's output; c cancels; r retries; + and - change the
        priority; p pauses its type, P everything, and each ends its pause; f filters by state; ? help; q quits.
        """
    static let options: [any OptionSpelling] = []

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        guard let screen = FullScreen() else {
            throw UsageError.other(
                what: "top needs a terminal",
                remedy: "in a pipe use: koubouctl list, koubouctl stats or koubouctl workers")
        }
        try context.requireQueue()
        // Keys can't wait as long as a command does.
        let store = try Store(opening: context.home, patience: .seconds(1), tell: context.tell)
        return try TopProgram(store, on: screen, isUTF8: Terminal.isUTF8).run()
    }
}
