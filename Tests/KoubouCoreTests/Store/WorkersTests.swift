import Testing

@testable import KoubouCore

struct WorkersTests {
    @Test func takesTheLowestFreeSlot() throws {
        let queue = try TestQueue()
        let slots = try (1...3).map { number in
            try queue.store.register(slot: nil, process: .test(number), status: .starting, at: .test(0))?.slot
        }
        #expect(slots == [1, 2, 3])
        _ = try queue.store.bury(WorkerID(slot: 2), .test(2), AttemptEnd(.lost, error: ""), policy: { _ in RetryPolicy(maxAttempts: 1) }, at: .test(1))
        #expect(try queue.store.register(slot: nil, process: .test(4), status: .starting, at: .test(2))?.slot == 2)
        #expect(try queue.store.workers().map(\.process) == [.test(1), .test(4), .test(3)])
    }

    @Test func aTakenSlotIsRefused() throws {
        let queue = try TestQueue()
        try queue.register(slot: 7)
        #expect(try queue.store.register(slot: WorkerID(slot: 7), process: .test(8), status: .starting, at: .test(1)) == nil)
        // The supervisor enters a worker it has started, and the worker does so itself.
        #expect(try queue.store.register(slot: WorkerID(slot: 7), process: .test(7), status: .idle, at: .test(1))?.slot == 7)
        #expect(try queue.store.workers().map(\.process) == [.test(7)])
    }

    @Test func heartbeats() throws {
        let queue = try TestQueue()
        let id = WorkerID(slot: 1)
        try queue.register(slot: 1)
        _ = try queue.store.claim(by: id, .test(1), at: .test(1))
        #expect(try queue.store.heartbeat(of: id, .test(1), isDraining: false, at: .test(6)))
        #expect(try queue.store.workers().map(\.status) == [.idle])
        #expect(try queue.store.workers().map(\.lastHeartbeat) == [Timestamp.test(6).description])
        #expect(try queue.store.workers().map(\.idleSince) == [Timestamp.test(1).description], "it was idle all the time")
        _ = try queue.store.claim(by: id, .test(1), at: .test(6))
        #expect(try queue.store.workers().map(\.idleSince) == [Timestamp.test(1).description], "a look in vain is no work")
        #expect(try queue.store.heartbeat(of: id, .test(1), isDraining: true, at: .test(7)))
        #expect(try queue.store.workers().map(\.status) == [.draining])
        #expect(try !queue.store.heartbeat(of: id, .test(2), isDraining: false, at: .test(8)), "another process")
        #expect(try !queue.store.heartbeat(of: WorkerID(slot: 2), .test(2), isDraining: false, at: .test(8)))
    }

    @Test func aDrainingWorkerIsNotWoken() throws {
        let queue = try TestQueue()
        try queue.register(slot: 1)
        _ = try queue.store.claim(by: WorkerID(slot: 1), .test(1), at: .test(1))
        #expect(try queue.store.idleWorkers(atMost: 9) == [.test(1)])
        _ = try queue.store.heartbeat(of: WorkerID(slot: 1), .test(1), isDraining: true, at: .test(2))
        #expect(try queue.store.idleWorkers(atMost: 9).isEmpty)
    }

    @Test func oneSupervisorAHome() throws {
        let queue = try TestQueue()
        let living = ProcessIdentity.current
        #expect(try queue.store.becomeSupervisor(.test(1), limits: PoolLimits(), at: .test(0)) == nil)
        #expect(try queue.store.becomeSupervisor(living, limits: PoolLimits(), at: .test(1)) == nil, "a dead one is replaced")
        let other = try queue.store.becomeSupervisor(.test(2), limits: PoolLimits(), at: .test(2))
        #expect(other?.process == living)
        #expect(other?.startedAt == .test(1))
        #expect(try queue.store.becomeSupervisor(living, limits: PoolLimits(), at: .test(3)) == nil, "itself, after a reload")
        try queue.store.retireSupervisor(.test(2))
        #expect(try queue.store.supervisor()?.process == living, "only its own row")
        try queue.store.retireSupervisor(living)
        #expect(try queue.store.supervisor()?.process == nil)
    }

    @Test func aSurveyCountsWhatCouldRunNow() throws {
        let queue = try TestQueue()
        #expect(try queue.store.becomeSupervisor(.test(9), limits: PoolLimits(), at: .test(0)) == nil)
        try queue.submit { $0.maxAttempts = 2 }
        for _ in 0..<4 { try queue.submit() }
        try queue.record(AttemptEnd(.failed), of: try queue.claim(), at: .test(10)) { $0.backoffMin = .seconds(5) }
        _ = try queue.claim()
        var survey = try queue.store.survey(at: .test(12))
        #expect(survey.pending == 3)
        #expect(survey.nextDue == .test(15))
        #expect(survey.workers.map(\.status) == [.busy])
        survey = try queue.store.survey(at: .test(15))
        #expect(survey.pending == 4, "the scheduled one is due")
        #expect(survey.nextDue == nil)
        #expect(try queue.text("SELECT last_heartbeat FROM supervisor") == Timestamp.test(15).description)
    }
}
