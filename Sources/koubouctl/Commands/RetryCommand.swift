import Glibc
import KoubouCore

/// `koubouctl retry`: puts ended tasks back into the queue.
enum RetryCommand: Command {
    static let name = "retry"
    static let synopsis = ["ID..."]
    static let summary = "put failed, cancelled or held tasks back into the queue; their attempts stay on record"
    static let usual = UsageExamples.Company("", "42")
    static let options: [any OptionSpelling] = []
    static let operands = ValueKind.retriableTask

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let ids = try taskIDs(arguments)
        let store = try context.store
        let toWake = try store.retry(ids, at: Clock.now)
        context.wake(toWake)
        try store.sync()
        return 0
    }
}
