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
        let workers = try store.workers()
        let now = Clock.now
        var table = Table(
            ["WORKER", "PID", "STATUS", "TASK", "COMPLETED", "FAILED", "ELAPSED", "TITLE"],
            rightAligned: [1, 3, 4, 5, 6], flexible: 7)
        for worker in workers {
            let task = try worker.task.flatMap { id throws(StoreError) in try store.summary(of: id) }
            table.add([
                "\(worker.id)", "\(worker.process.pid)", worker.status.rawValue, worker.task.map { "\($0)" } ?? "-",
                "\(worker.tasksCompleted)", "\(worker.tasksFailed)",
                task?.startedAt.map { ElapsedText.text(now - $0) } ?? "-", LogLine.printable(task?.title ?? ""),
            ])
        }
        table.takeLines(within: Terminal.isThere ? Terminal.size.columns : nil).forEach(context.print)
        if workers.isEmpty, try !(store.supervisor()?.process.isAlive ?? false) {
            context.tell("no supervisor runs, so there are no workers: run koubouctl start")
        }
        return 0
    }
}
