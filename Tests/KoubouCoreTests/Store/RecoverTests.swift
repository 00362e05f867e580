import Testing

@testable import KoubouCore

struct RecoverTests {
    private static func bury(_ queue: TestQueue, slot: Int, maxLost: Int = 3) throws -> [(TaskID, TaskState)] {
        var policy = RetryPolicy(maxAttempts: 1)
        policy.maxLost = maxLost
        return try queue.store.bury(
            WorkerID(slot: slot), .test(slot), AttemptEnd(.lost, error: "the worker was killed"), policy: { _ in policy }, at: .test(5)
        ).recovered.map { ($0.task, $0.status) }
    }

    @Test func theTaskIsRequeued() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        _ = try queue.claim(slot: 1)
        try queue.register(slot: 2)
        _ = try queue.store.claim(by: WorkerID(slot: 2), .test(2), at: .test(1))
        let (recovered, toWake) = try queue.store.bury(
            WorkerID(slot: 1), .test(1), AttemptEnd(.lost, error: "gone"), policy: { _ in RetryPolicy(maxAttempts: 1) }, at: .test(5))
        #expect(recovered.map(\.task) == [id])
        #expect(recovered.map(\.status) == [.pending])
        #expect(toWake == [.test(2)], "an idle worker may take it")
        #expect(try queue.store.workers().map(\.id) == [WorkerID(slot: 2)])
        #expect(try queue.value(try queue.store.taskJSON(of: id), "$.attempts[0].outcome") == "lost")
        #expect(try queue.claim(slot: 2).attempt == 2)
    }

    @Test func aPoisonTaskEndsAfterMaxLost() throws {
        let queue = try TestQueue()
        let id = try queue.submit { $0.maxAttempts = 1 }
        try queue.store.listen(.test(50), to: id)
        for (time, state) in [TaskState.pending, .pending, .failed].enumerated() {
            #expect(try queue.claim().lost == time)
            let recovered = try Self.bury(queue, slot: 1)
            #expect(recovered.map(\.0) == [id])
            #expect(recovered.map(\.1) == [state])
        }
        #expect(try queue.store.end(of: id)?.error == "the worker was killed")
        #expect(try queue.store.end(of: id)?.outcome == .lost)
    }

    @Test func lostWorkersAreNoFailures() throws {
        let queue = try TestQueue()
        try queue.submit { $0.maxAttempts = 2 }
        for _ in 0..<2 {
            _ = try queue.claim()
            _ = try Self.bury(queue, slot: 1)
        }
        #expect(try queue.record(AttemptEnd(.failed), of: try queue.claim()).status == .pending)
        #expect(try queue.record(AttemptEnd(.failed), of: try queue.claim()).status == .failed)
    }

    @Test func onlyThePolicyOfItsTypeCounts() throws {
        let queue = try TestQueue()
        try queue.submit { $0.type = "frail" }
        _ = try queue.claim()
        let recovered = try queue.store.bury(
            WorkerID(slot: 1), .test(1), AttemptEnd(.lost, error: "gone"),
            policy: {
                var policy = RetryPolicy(maxAttempts: 1)
                policy.maxLost = $0 == "frail" ? 1 : 9
                return policy
            }, at: .test(5)
        ).recovered
        #expect(recovered.map(\.status) == [.failed])
    }

    @Test func anotherProcessInTheSlotIsLeftAlone() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        _ = try queue.claim(slot: 1)
        for impostor in [ProcessIdentity(pid: ProcessIdentity.test(1).pid, start: "other"), .test(2)] {
            let result = try queue.store.bury(
                WorkerID(slot: 1), impostor, AttemptEnd(.lost, error: "gone"), policy: { _ in RetryPolicy(maxAttempts: 1) }, at: .test(5))
            #expect(result.recovered.isEmpty)
        }
        #expect(try queue.state(of: id) == .inProgress)
        #expect(try queue.store.workers().count == 1)
    }

    @Test func theTotalsOfASlotAreKept() throws {
        let queue = try TestQueue()
        for life in 1...3 {
            try queue.submit()
            try queue.record(AttemptEnd(life == 2 ? .failed : .completed), of: try queue.claim())
            #expect(try queue.store.workers().first.map { $0.tasksCompleted + $0.tasksFailed } == life)
            #expect(try Self.bury(queue, slot: 1).isEmpty)
            #expect(try queue.store.workers().isEmpty)
        }
        try queue.register(slot: 1)
        #expect(try queue.store.workers().first.map { [$0.tasksCompleted, $0.tasksFailed] } == [2, 1])
    }
}
