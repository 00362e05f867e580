import Glibc
import KoubouCore

/// `koubouctl cancel`: ends tasks that wait or run.
enum CancelCommand: Command {
    static let name = "cancel"
    static let synopsis = ["ID..."]
    static let summary = "end tasks, whether they wait or run; returns when they have ended"
    static let options: [any OptionSpelling] = []

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let store = try context.store
        let ids = try taskIDs(arguments)
        let (results, toWake) = try store.cancel(ids, at: Clock.now)
        for process in toWake { process.send(SIGUSR1) }
        try store.sync()
        for (id, result) in zip(ids, results) {
            if case .alreadyEnded(let state) = result { context.tell("task \(id) had ended before: \(state.rawValue)") }
        }
        let running = zip(ids, results).filter { $0.1 == .requested }.map { $0.0 }
        guard !running.isEmpty else { return 0 }
        // TERM, its grace, KILL, and a moment to record it.
        let limit = try context.configuration().killGrace + .seconds(5)
        let status = try TaskWaiter(running, mode: .quiet, limit: limit, in: context).run()
        guard status != 0 else { return 0 }
        context.tell("still running after \(DurationText.text(limit)): it ends when a supervisor or its worker sees the request")
        return status
    }
}
