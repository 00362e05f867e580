import Testing

@testable import KoubouCore

struct CancelTests {
    @Test func endsAtOnceWhatDoesNotRun() throws {
        let queue = try TestQueue()
        let scheduled = try queue.submit { $0.maxAttempts = 2 }
        try queue.record(AttemptEnd(.failed), of: try queue.claim()) { $0.backoffMin = .seconds(50) }
        let pending = try queue.submit()
        try queue.store.listen(.test(7), to: pending)
        let (results, toWake) = try queue.store.cancel([pending, scheduled], at: .test(9))
        #expect(results == [.cancelled, .cancelled])
        #expect(toWake == [.test(7)])
        #expect(try queue.state(of: pending) == .cancelled)
        #expect(try queue.state(of: scheduled) == .cancelled)
        #expect(try queue.value(try queue.store.taskJSON(of: pending), "$.ended_at") == Timestamp.test(9).description)
        let work = try queue.store.claim(by: WorkerID(slot: 1), .test(1), at: .test(999)).claim
        #expect(work.map(\.task) == nil)
    }

    @Test func asksTheWorkerOfWhatRuns() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        let claim = try queue.claim()
        let (results, toWake) = try queue.store.cancel([id], at: .test(2))
        #expect(results == [.requested])
        #expect(toWake == [.test(1)])
        #expect(try queue.state(of: id) == .inProgress, "the worker ends it")
        #expect(try queue.store.wish(about: claim) == .cancel)
        #expect(try queue.record(AttemptEnd(.cancelled), of: claim).status == .cancelled)
        #expect(try queue.store.end(of: id)?.outcome == .cancelled)
        #expect(try queue.store.workers().first.map { [$0.tasksCompleted, $0.tasksFailed] } == [0, 0])
    }

    /// The attempt may end by itself before the worker sees the wish.
    @Test(arguments: [
        (AttemptOutcome.completed, TaskState.completed), (.failed, .cancelled), (.timedOut, .cancelled), (.lost, .cancelled),
        (.requeued, .cancelled), (.cancelled, .cancelled),
    ])
    func aLateCancelLeavesNoFurtherAttempt(_ outcome: AttemptOutcome, _ state: TaskState) throws {
        let queue = try TestQueue()
        let id = try queue.submit { $0.maxAttempts = 3 }
        let claim = try queue.claim()
        _ = try queue.store.cancel([id], at: .test(2))
        #expect(try queue.record(AttemptEnd(outcome), of: claim).status == state)
        #expect(try queue.number("SELECT cancel_requested FROM task_master") == 0)
    }

    @Test func saysWhatHadEndedBefore() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        try queue.record(AttemptEnd(.completed), of: try queue.claim())
        let before = try queue.store.taskJSON(of: id)
        #expect(try queue.store.cancel([id], at: .test(9)).results == [.alreadyEnded(.completed)])
        #expect(try queue.store.taskJSON(of: id) == before)
    }

    @Test func allOrNone() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        let missing = [TaskID(77), TaskID(99)]
        for error in [
            #expect(throws: StoreError.self) { try queue.store.cancel([id] + missing, at: .test(1)) },
            #expect(throws: StoreError.self) { _ = try queue.store.retry([id] + missing, at: .test(1)) },
        ] {
            guard case .noSuchTask(missing) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(error?.line == "no tasks 77, 99: see 'koubouctl list'")
            #expect(error?.exitCode == .noInput)
        }
        #expect(try queue.state(of: id) == .pending)
    }

    // MARK: retry

    @Test func retryGivesAllAttemptsAgain() throws {
        let queue = try TestQueue()
        let failed = try queue.submit()
        var end = AttemptEnd(.failed)
        (end.exitStatus, end.signal) = (3, nil)
        try queue.record(end, of: try queue.claim())
        let cancelled = try queue.submit()
        _ = try queue.store.cancel([cancelled], at: .test(3))
        _ = try queue.store.claim(by: WorkerID(slot: 1), .test(1), at: .test(3))

        #expect(try queue.store.retry([failed, cancelled], at: .test(4)) == [.test(1)], "the idle worker")
        let json = try queue.store.taskJSON(of: failed)
        for key in ["exit_status", "worker_id", "started_at", "ended_at", "run_at"] {
            #expect(try queue.kind(json, "$.\(key)") == "null", "\(key)")
        }
        let claim = try queue.claim()
        #expect(claim.task == failed)
        #expect(claim.attempt == 1)
        #expect(claim.lost == 0)
        try queue.record(AttemptEnd(.completed), of: claim)
        #expect(try queue.claim().task == cancelled)
        #expect(try queue.number("SELECT count(*) FROM task_attempt WHERE task_id = 1") == 2, "the history stays")
    }

    @Test(arguments: [TaskState.pending, .inProgress, .completed, .scheduled])
    func retryRefusesOtherStates(_ state: TaskState) throws {
        let queue = try TestQueue()
        let failed = try queue.submit()
        try queue.record(AttemptEnd(.failed), of: try queue.claim())
        let other = try queue.submit { $0.maxAttempts = 2 }
        if state != .pending {
            let claim = try queue.claim()
            if state == .completed { try queue.record(AttemptEnd(.completed), of: claim) }
            if state == .scheduled { try queue.record(AttemptEnd(.failed), of: claim) { $0.backoffMin = .seconds(9) } }
        }
        let error = #expect(throws: StoreError.self) { _ = try queue.store.retry([failed, other], at: .test(5)) }
        guard case .notRetriable(other, state) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try queue.state(of: failed) == .failed, "all or none")
    }
}
