import Glibc
import KoubouCore

/// `koubouctl workers`: the workers that are there.
enum WorkersCommand: Command {
    static let name = "workers"
    static let synopsis = ["[--json]"]
    static let summary = "show the workers and what they do"
    static let options: [any OptionSpelling] = [CommonOptions.json]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        let store = try context.store
        if arguments.has(CommonOptions.json) {
            try store.workersJSON().forEach(context.print)
            return 0
        }
        var table = Table(["WORKER", "PID", "STATUS", "TASK", "COMPLETED", "FAILED"], rightAligned: [1, 3, 4, 5])
        for worker in try store.workers() {
            table.add([
                "\(worker.id)", "\(worker.process.pid)", worker.status.rawValue, worker.task.map { "\($0)" } ?? "-",
                "\(worker.tasksCompleted)", "\(worker.tasksFailed)",
            ])
        }
        table.lines.forEach(context.print)
        return 0
    }
}
