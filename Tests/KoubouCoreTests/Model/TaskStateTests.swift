import Testing

@testable import KoubouCore

struct TaskStateTests {
    /// The table of the manual, written out once more.
    @Test(arguments: [
        (TaskState.blocked, [TaskState.pending, .scheduled, .cancelled]),
        (.scheduled, [.pending, .cancelled]),
        (.pending, [.inProgress, .scheduled, .cancelled]),
        (.inProgress, [.completed, .failed, .cancelled, .pending, .scheduled]),
        (.completed, []),
        (.failed, [.pending, .blocked]),
        (.cancelled, [.pending, .blocked]),
    ])
    func leavesTo(_ state: TaskState, _ successors: [TaskState]) {
        #expect(state.successors == Set(successors))
    }

    @Test func everyStateReachesAnEnd() {
        for start in TaskState.allCases {
            var reached: Set<TaskState> = [start]
            for _ in TaskState.allCases { reached.formUnion(reached.flatMap(\.successors)) }
            #expect(reached.contains { $0.isEnded }, "\(start)")
        }
    }

    @Test func onlyAClaimLeadsToARun() {
        #expect(TaskState.allCases.filter { $0.successors.contains(.inProgress) } == [.pending])
        #expect(TaskState.allCases.filter { $0.successors.contains(.completed) } == [.inProgress])
        #expect(TaskState.allCases.filter { $0.successors.contains(.failed) } == [.inProgress])
    }

    @Test func hasTheWordsOfTheSchema() {
        #expect(TaskState.allCases.map(\.rawValue) == [
            "blocked", "scheduled", "pending", "in_progress", "completed", "failed", "cancelled",
        ])
        #expect(TaskState.allCases.filter { $0.isEnded } == [.completed, .failed, .cancelled])
        #expect(WorkerStatus.allCases.map(\.rawValue) == ["starting", "idle", "busy", "draining"])
    }
}
