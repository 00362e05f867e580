import Testing

@testable import KoubouCore

struct StatisticsTextTests {
    private static func worker(_ slot: Int, _ status: WorkerStatus, _ completed: Int, _ failed: Int) -> WorkerRecord {
        WorkerRecord(
            id: WorkerID(slot: slot), process: .test(slot), status: status, task: nil, tasksCompleted: completed,
            tasksFailed: failed, idleSince: nil, lastHeartbeat: "")
    }

    @Test func isTheBlockOfTheManual() {
        let block = StatisticsText.block(
            workers: [Self.worker(1, .busy, 5, 0), Self.worker(2, .idle, 2, 1), Self.worker(3, .starting, 0, 0)],
            counts: [("exec", .pending, 3), ("shell", .pending, 5), ("shell", .failed, 1)])
        #expect(block == """
            ====================================================
            Worker Pool Statistics
            ====================================================

            Active Workers:
              • worker_001: busy | Tasks: 5 completed, 0 failed (100.0% success)
              • worker_002: idle | Tasks: 2 completed, 1 failed (66.7% success)
              • worker_003: starting | Tasks: 0 completed, 0 failed

            Task Statistics:
              • pending: 8 tasks
              • failed: 1 tasks
            ====================================================

            """)
    }

    @Test(arguments: [(0, 1, "0.0%"), (1, 1, "100.0%"), (1, 3, "33.3%"), (2, 3, "66.7%"), (1, 2000, "0.1%"), (1, 16, "6.3%")])
    func roundsToOneDecimal(_ part: Int, _ whole: Int, _ text: String) {
        #expect(StatisticsText.percent(part, of: whole) == text)
    }
}
