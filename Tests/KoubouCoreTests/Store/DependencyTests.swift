import Testing

@testable import KoubouCore

struct DependencyTests {
    private static func error(of task: TaskID, in queue: TestQueue) throws -> String? {
        try queue.store.end(of: task)?.error
    }

    /// Claims whatever is next and ends it.
    private static func end(_ queue: TestQueue, _ outcome: AttemptOutcome, at now: Timestamp = .test(2)) throws -> TaskID {
        let claim = try queue.claim(at: now)
        try queue.record(AttemptEnd(outcome), of: claim, at: now)
        return claim.task
    }

    @Test func runsWhenAllHaveCompleted() throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        let second = try queue.submit()
        let task = try queue.submit { $0.after = [first, second, first] }
        #expect(try queue.state(of: task) == .blocked)
        _ = try Self.end(queue, .completed)
        #expect(try queue.state(of: task) == .blocked)
        _ = try Self.end(queue, .completed, at: .test(7))
        #expect(try queue.state(of: task) == .pending)
        #expect(try queue.value(try queue.store.taskJSON(of: task), "$.updated_at") == Timestamp.test(7).description)
        #expect(try Self.end(queue, .completed) == task)
    }

    @Test(arguments: [AttemptOutcome.failed, .timedOut])
    func aFailureCancelsTheWholeChain(outcome: AttemptOutcome) throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        let second = try queue.submit { $0.after = [first] }
        let third = try queue.submit { $0.after = [second] }
        let whatever = try queue.submit { $0.afterAny = [third] }
        _ = try Self.end(queue, outcome)
        #expect(try [second, third, whatever].map(queue.state) == [.cancelled, .cancelled, .pending])
        #expect(try Self.error(of: second, in: queue) == "task 1 failed")
        #expect(try Self.error(of: third, in: queue) == "task 2 was cancelled, as task 1 failed")
        #expect(try queue.number("SELECT count(*) FROM task_master WHERE status = 'cancelled' AND ended_at IS NULL") == 0)
        #expect(try queue.number("SELECT count(*) FROM task_event WHERE from_status = 'blocked' AND to_status = 'cancelled'") == 2)
    }

    @Test func aFailureThatIsTriedAgainCancelsNothing() throws {
        let queue = try TestQueue()
        let first = try queue.submit { $0.maxAttempts = 2 }
        let second = try queue.submit { $0.after = [first] }
        _ = try Self.end(queue, .failed)
        #expect(try queue.state(of: second) == .blocked)
        _ = try Self.end(queue, .completed)
        #expect(try queue.state(of: second) == .pending)
    }

    @Test func aCancelCancelsWhatNeedsItAndTellsWhoWaits() throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        let second = try queue.submit { $0.after = [first] }
        try queue.store.listen(.test(7), to: second)
        let (results, toWake) = try queue.store.cancel([first], at: .test(3))
        #expect(results == [.cancelled])
        #expect(toWake == [.test(7)])
        #expect(try Self.error(of: second, in: queue) == "task 1 was cancelled")
    }

    @Test func cancellingAllIsNobodysConsequence() throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        let second = try queue.submit { $0.after = [first] }
        let third = try queue.submit { $0.afterAny = [second] }
        #expect(try queue.store.cancel([first, second, third, first], at: .test(3)).results.allSatisfy { $0 == .cancelled })
        #expect(try Self.error(of: second, in: queue) == nil)
        #expect(try queue.number("SELECT count(*) FROM task_master WHERE waits_for <> 0") == 0)
    }

    @Test(arguments: [AttemptOutcome.completed, .failed])
    func anyEndIsEnough(outcome: AttemptOutcome) throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        let task = try queue.submit { $0.afterAny = [first] }
        _ = try Self.end(queue, outcome)
        #expect(try queue.state(of: task) == .pending)
    }

    @Test func whoIsInBothListsMustComplete() throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        let task = try queue.submit { ($0.after, $0.afterAny) = ([first], [first]) }
        #expect(try queue.value(try queue.store.listJSON(of: task), "$.after") == "[1]")
        #expect(try queue.value(try queue.store.listJSON(of: task), "$.after_any") == "[]")
        _ = try Self.end(queue, .failed)
        #expect(try queue.state(of: task) == .cancelled)
    }

    @Test func whatHasEndedCountsAtOnce() throws {
        let queue = try TestQueue()
        let completed = try queue.submit()
        _ = try Self.end(queue, .completed)
        let failed = try queue.submit()
        _ = try Self.end(queue, .failed)
        #expect(try queue.state(of: queue.submit { ($0.after, $0.afterAny) = ([completed], [failed]) }) == .pending)
        let hopeless = try queue.submit(at: .test(5)) { $0.after = [completed, failed] }
        #expect(try queue.state(of: hopeless) == .cancelled)
        #expect(try Self.error(of: hopeless, in: queue) == "task 2 failed")
        #expect(try queue.value(try queue.store.taskJSON(of: hopeless), "$.ended_at") == Timestamp.test(5).description)
        #expect(try queue.state(of: queue.submit { $0.afterAny = [hopeless] }) == .pending)
    }

    @Test func anUnknownIdStoresNothing() throws {
        let queue = try TestQueue()
        try queue.submit()
        var tasks = [NewTask(type: "shell", cwd: Array("/".utf8)), NewTask(type: "shell", cwd: Array("/".utf8))]
        tasks[1].after = [TaskID(1), TaskID(2), TaskID(3), TaskID(99)]
        let error = #expect(throws: StoreError.self) { try queue.store.submit(tasks, at: .test(1)) }
        #expect(error?.line.hasPrefix("no tasks 3, 99") == true, "\(error?.line ?? "")")
        #expect(error?.exitCode == .noInput)
        #expect(try queue.number("SELECT count(*) FROM task_master") == 1)
    }

    @Test func itsTimeCountsToo() throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        let later = try queue.submit { ($0.after, $0.runAt) = ([first], .test(100)) }
        let sooner = try queue.submit { ($0.after, $0.runAt) = ([first], .test(1)) }
        _ = try Self.end(queue, .completed, at: .test(2))
        #expect(try [later, sooner].map(queue.state) == [.scheduled, .pending])
    }

    @Test func aChainIsRevivedByRetry() throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        let second = try queue.submit { $0.after = [first] }
        let third = try queue.submit { $0.after = [second] }
        _ = try Self.end(queue, .failed)
        _ = try queue.store.retry([third, second, first], at: .test(3))
        #expect(try [first, second, third].map(queue.state) == [.pending, .blocked, .blocked])
        #expect(try Self.end(queue, .completed) == first)
        #expect(try Self.end(queue, .completed) == second)
        #expect(try Self.end(queue, .completed) == third)
    }

    @Test func aRetriedDependantWaitsForItsFailedDependency() throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        let second = try queue.submit { $0.after = [first] }
        _ = try Self.end(queue, .failed)
        _ = try queue.store.retry([second], at: .test(3))
        #expect(try queue.state(of: second) == .blocked)
        _ = try queue.store.retry([first], at: .test(4))
        _ = try Self.end(queue, .failed)
        #expect(try queue.state(of: second) == .cancelled)
    }

    @Test func anEndThatIsTakenBackBlocksAgain() throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        let other = try queue.submit()
        let task = try queue.submit { $0.afterAny = [first, other] }
        _ = try Self.end(queue, .failed)
        _ = try queue.store.retry([first], at: .test(3))
        _ = try Self.end(queue, .completed)
        #expect(try queue.state(of: task) == .blocked, "the same one twice is not two")
        _ = try Self.end(queue, .completed)
        #expect(try queue.state(of: task) == .pending)
    }

    @Test func aLostWorkerCountsLikeAFailure() throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        let second = try queue.submit { $0.after = [first] }
        try queue.store.listen(.test(7), to: second)
        _ = try queue.claim()
        var policy = RetryPolicy(maxAttempts: 1)
        policy.onLost = .fail
        let buried = try queue.store.bury(WorkerID(slot: 1), .test(1), AttemptEnd(.lost, error: "gone"), policy: { [policy] _ in policy }, at: .test(3))
        #expect(buried.toWake == [.test(7)])
        #expect(try queue.state(of: second) == .cancelled)
    }

    @Test func whoCanRunNowIsWoken() throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        for _ in 0..<3 { try queue.submit { $0.after = [first] } }
        let claim = try queue.claim()
        for slot in 2...5 {
            try queue.register(slot: slot)
            _ = try queue.store.claim(by: WorkerID(slot: slot), .test(slot), at: .test(1))
        }
        _ = try queue.store.becomeSupervisor(.test(9), limits: PoolLimits(), at: .test(0))
        let toWake = try queue.record(AttemptEnd(.completed), of: claim, then: .claim).toWake
        #expect(toWake == [.test(2), .test(3), .test(9)], "the worker itself takes the third")
    }

    @Test func aLongChainAndAWideFanEndAtOnce() throws {
        let queue = try TestQueue()
        let count = 20_000
        let head = try queue.submit()
        let chain = try queue.store.submit((1..<count).map { number in
            var task = NewTask(type: "shell", cwd: Array("/".utf8))
            task.after = [TaskID(Int64(number))]
            return task
        }, at: .test(0))
        _ = try queue.store.cancel([head], at: .test(1))
        #expect(try chain.last.map(queue.state) == .cancelled)
        #expect(try queue.number("SELECT n FROM task_count WHERE status = 'cancelled'") == count)
    }

    @Test func whatIsNeededIsNotPruned() throws {
        let queue = try TestQueue()
        let (done, other) = (try queue.submit(), try queue.submit())
        let task = try queue.submit { $0.after = [done, other] }
        _ = try Self.end(queue, .completed)
        func prune() throws -> Int { try queue.store.prune(endedBefore: .test(99), statuses: nil, limit: 10).tasks }
        #expect(try queue.store.prunable(endedBefore: .test(99), statuses: nil) == 0)
        #expect(try prune() == 0)
        _ = try Self.end(queue, .completed)
        #expect(try prune() == 0, "released, and not ended")
        #expect(try Self.end(queue, .completed) == task)
        #expect(try prune() == 3)
        #expect(try queue.number("SELECT count(*) FROM task_dependency") == 0)
    }

    @Test func theEndOfATaskReadsIndexes() throws {
        let queue = try TestQueue()
        let plan = try queue.store.database.rows("""
            EXPLAIN QUERY PLAN UPDATE task_master SET waits_for = waits_for - 1 WHERE status = 'blocked'
              AND task_id IN (SELECT task_id FROM task_dependency WHERE depends_on = 1 AND (any_end OR 1))
            """) { row throws(StoreError) in try row.get(3) as String }
        #expect(!plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
    }

    @Test func theGraphGoesUpAndDown() throws {
        let queue = try TestQueue()
        let first = try queue.submit { $0.title = "first" }
        let second = try queue.submit { ($0.title, $0.after) = ("second", [first]) }
        try queue.submit { ($0.title, $0.after) = ("sibling", [first]) }
        let third = try queue.submit { ($0.title, $0.afterAny) = ("third", [second]) }
        try queue.submit()
        #expect(try queue.store.graph(around: [second]).lines(around: second) == [
            "depends on", "└── 1 pending  first", "needed by", "└── 4 blocked  third (any end)",
        ])
        #expect(try !queue.store.graph(around: [third]).dot.contains("sibling"))
        #expect(try queue.store.graph(around: [first], limit: 1).lines(around: first).last == "and more: see --dot")
    }
}
