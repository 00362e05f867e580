/// The statistics block that the supervisor prints, and `koubouctl stats`.
public enum StatisticsText {
    private static let rule = String(repeating: "=", count: 52)

    public static func block(
        workers: [WorkerRecord], counts: [(type: String, status: TaskState, count: Int)]
    ) -> String {
        var lines = [rule, "Worker Pool Statistics", rule, "", "Active Workers:"]
        lines += workers.isEmpty ? ["  none"] : workers.map(line)
        lines += ["", "Task Statistics:"]
        let byStatus = TaskState.allCases.map { state in
            (state, counts.filter { $0.status == state }.reduce(0) { $0 + $1.count })
        }.filter { $0.1 > 0 }
        lines += byStatus.isEmpty ? ["  none"] : byStatus.map { "  • \($0.0.rawValue): \($0.1) tasks" }
        return (lines + [rule]).joined(separator: "\n") + "\n"
    }

    private static func line(_ worker: WorkerRecord) -> String {
        let (completed, failed) = (worker.tasksCompleted, worker.tasksFailed)
        let ended = completed + failed
        let share = ended == 0 ? "" : " (\(percent(completed, of: ended)) success)"
        return "  • \(worker.id): \(worker.status.rawValue) | Tasks: \(completed) completed, \(failed) failed\(share)"
    }

    /// One decimal, rounded: `66.7%`.
    static func percent(_ part: Int, of whole: Int) -> String {
        let tenths = (part * 2000 + whole) / (2 * whole)
        return "\(tenths / 10).\(tenths % 10)%"
    }
}
