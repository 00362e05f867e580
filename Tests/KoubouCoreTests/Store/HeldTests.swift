import Testing

@testable import KoubouCore

struct HeldTests {
    @Test func aHeldTaskWaitsForAPersonAndHoldsUpNobody() throws {
        let queue = try TestQueue()
        let held = try queue.submit()
        _ = try queue.claim()
        var policy = RetryPolicy(maxAttempts: 1)
        policy.onLost = .hold
        _ = try queue.store.bury(WorkerID(slot: 1), .test(1), AttemptEnd(.lost, error: "killed"), policy: { [policy] _ in policy }, at: .test(2))
        #expect(try queue.state(of: held) == .scheduled)

        try queue.register(slot: 2)
        guard case .nothing(next: nil) = try queue.store.claim(by: WorkerID(slot: 2), .test(2), at: .test(99_999)) else {
            Issue.record("it is due at no time")
            return
        }
        #expect(try queue.store.survey(at: .test(99_999)).pending == 0)
        _ = try queue.store.retry([held, held], at: .test(3))
        #expect(try queue.state(of: held) == .pending)
    }

    @Test func aWorkerWithoutARowClaimsNothing() throws {
        let queue = try TestQueue()
        let task = try queue.submit()
        try queue.register(slot: 1)
        guard case .disowned = try queue.store.claim(by: WorkerID(slot: 1), .test(2), at: .test(1)) else {
            Issue.record("the slot is another process's")
            return
        }
        #expect(try queue.state(of: task) == .pending)
    }

    @Test func aDismissedWorkerRecordsAndClaimsNothingMore() throws {
        let queue = try TestQueue()
        let (first, second) = (try queue.submit(), try queue.submit())
        let claim = try queue.claim()
        try queue.register(slot: 2)
        try queue.store.dismiss([.test(1), .test(2)])
        guard case .dismissed = try queue.store.claim(by: WorkerID(slot: 2), .test(2), at: .test(1)) else {
            Issue.record("it claims by a configuration that was replaced")
            return
        }
        #expect(try queue.store.heartbeat(of: WorkerID(slot: 2), .test(2), isDraining: false, at: .test(2)))
        for sequel in [Store.Sequel.claim, .pause] {
            let recorded = try queue.record(AttemptEnd(.completed), of: claim, then: sequel)
            guard case .dismissed = recorded.work else {
                Issue.record("it goes on")
                return
            }
        }
        #expect(try queue.store.states(of: [first, second]) == [.completed, .pending])
    }

    @Test func aTaskThatLostItsLastWorkerCountsAsFailedThere() throws {
        let queue = try TestQueue()
        try queue.submit()
        _ = try queue.claim()
        var policy = RetryPolicy(maxAttempts: 1)
        policy.maxLost = 1
        _ = try queue.store.bury(WorkerID(slot: 1), .test(1), AttemptEnd(.lost, error: "killed"), policy: { [policy] _ in policy }, at: .test(2))
        #expect(try queue.number("SELECT tasks_failed FROM worker_slot WHERE worker_id = 'worker_001'") == 1)
    }
}
