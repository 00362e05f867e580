import Glibc
import KoubouCore

/// `koubouctl retry`: puts ended tasks back into the queue.
enum RetryCommand: Command {
    static let name = "retry"
    static let synopsis = ["ID..."]
    static let summary = "put failed or cancelled tasks back into the queue; their attempts stay on record"
    static let options: [any OptionSpelling] = []

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let store = try context.store
        switch try store.retry(try taskIDs(arguments), at: Clock.now) {
        case .notEnded(let id, let state): throw TaskStateError.notRetriable(id, state)
        case .requeued(let toWake):
            for process in toWake { process.send(SIGUSR1) }
            try store.sync()
            return 0
        }
    }
}
