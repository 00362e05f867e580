import Testing

@testable import KoubouCore

struct ClaimTests {
    private static func drain(_ queue: TestQueue) throws -> [TaskID] {
        try queue.register(slot: 1)
        var order: [TaskID] = []
        while let claim = try queue.store.claim(by: WorkerID(slot: 1), .test(1), at: .test(1)).claim { order.append(claim.task) }
        return order
    }

    @Test func highestPriorityFirstThenTheOldest() throws {
        let queue = try TestQueue()
        let ids = try [1, 10, 5, 10].map { priority in
            try queue.submit { $0.priority = Priority(priority) ?? .standard }
        }
        #expect(try Self.drain(queue) == [ids[1], ids[3], ids[2], ids[0]])
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func orderHoldsAcrossTypes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let queue = try TestQueue()
        var tasks: [(id: TaskID, priority: Int)] = []
        for _ in 0..<60 {
            let priority = Int.random(in: 1...10, using: &random)
            let type = ["shell", "exec", "code", "own"].randomElement(using: &random) ?? "shell"
            let id = try queue.submit {
                $0.type = type
                $0.priority = Priority(priority) ?? .standard
            }
            tasks.append((id, priority))
        }
        #expect(try Self.drain(queue) == tasks.sorted { ($1.priority, $0.id) < ($0.priority, $1.id) }.map(\.id))
    }

    @Test func showsTheRunInTheTask() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        let claim = try queue.claim(slot: 3, at: .test(5))
        #expect(claim.attempt == 1)
        #expect(try queue.state(of: id) == .inProgress)
        try queue.store.note(.test(4711), of: claim)
        let json = try queue.store.taskJSON(of: id)
        for (key, value) in [
            "worker_id": "worker_003", "started_at": Timestamp.test(5).description, "attempt": "1", "pid": "\(ProcessIdentity.test(4711).pid)",
        ] { #expect(try queue.value(json, "$.\(key)") == value) }
        let worker = try #require(try queue.store.workers().first)
        #expect(worker.status == .busy)
        #expect(worker.task == id)
        #expect(worker.idleSince == nil)
        #expect(worker.lastHeartbeat == Timestamp.test(5).description)
    }

    /// Whoever wakes a worker waits for the disk at that time.
    @Test func whoStaysIdleWritesNothing() throws {
        let queue = try TestQueue()
        try queue.register(slot: 1)
        func look(at second: Int) throws { _ = try queue.store.claim(by: WorkerID(slot: 1), .test(1), at: .test(second)) }
        try look(at: 5)
        let size = fileStatus(queue.home.database + "-wal")?.st_size
        try look(at: 6)  // at the same moment SQLite would see that nothing changes
        #expect(try #require(size) > 0 && fileStatus(queue.home.database + "-wal")?.st_size == size)
    }

    @Test func nothingToClaimMeansIdle() throws {
        let queue = try TestQueue()
        try queue.register(slot: 1)
        let work = try queue.store.claim(by: WorkerID(slot: 1), .test(1), at: .test(3))
        guard case .nothing(next: nil) = work else {
            Issue.record("\(work)")
            return
        }
        let worker = try #require(try queue.store.workers().first)
        #expect(worker.status == .idle)
        #expect(worker.idleSince == Timestamp.test(3).description)
        #expect(worker.task == nil)
    }

    @Test func everyClaimHasANumberOfItsOwn() throws {
        let queue = try TestQueue()
        try queue.submit { $0.maxAttempts = 9 }
        var numbers: [Int64] = []
        for end in [AttemptEnd(.requeued), AttemptEnd(.lost), AttemptEnd(.failed), AttemptEnd(.completed)] {
            let claim = try queue.claim()
            numbers.append(claim.number)
            try queue.record(end, of: claim)
        }
        try queue.submit()
        numbers.append(try queue.claim().number)
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
    }

    @Test func whatIsNotPendingIsNotClaimed() throws {
        let queue = try TestQueue()
        for state in TaskState.allCases where state != .pending {
            try queue.store.write { () throws(StoreError) in
                try queue.store.database.run("""
                    INSERT INTO task_master (type, status, waits_for, priority, max_attempts, created_at, updated_at, run_at)
                    VALUES ('shell', ?1, ?1 = 'blocked', 5, 1, ?2, ?2, ?3)
                    """, state, Timestamp.test(0), Timestamp.test(1000))
            }
        }
        #expect(try Self.drain(queue).isEmpty)
    }

    @Test func aScheduledTaskRunsWhenItsTimeHasCome() throws {
        let queue = try TestQueue()
        let id = try queue.submit { $0.maxAttempts = 2 }
        try queue.record(AttemptEnd(.failed), of: try queue.claim(), at: .test(10)) { $0.backoffMin = .seconds(5) }
        #expect(try queue.state(of: id) == .scheduled)
        #expect(try queue.store.nextDue() == .test(15))

        let early = try queue.store.claim(by: WorkerID(slot: 1), .test(1), at: .test(14))
        guard case .nothing(next: Timestamp.test(15)) = early else {
            Issue.record("\(early)")
            return
        }
        let claim = try #require(try queue.store.claim(by: WorkerID(slot: 1), .test(1), at: .test(15)).claim)
        #expect(claim.task == id)
        #expect(claim.attempt == 2)
        #expect(try queue.store.nextDue() == nil)
    }

    @Test func aLostClaimIsToldToAbandon() throws {
        let queue = try TestQueue()
        try queue.submit { $0.maxAttempts = 5 }
        let old = try queue.claim()
        #expect(try queue.store.wish(about: old) == .goOn)
        try queue.record(AttemptEnd(.requeued), of: old)
        #expect(try queue.store.wish(about: old) == .abandon)
        let new = try queue.claim()
        #expect(try queue.store.wish(about: old) == .abandon)
        #expect(try queue.store.wish(about: new) == .goOn)
        _ = try queue.store.cancel([new.task], at: .test(2))
        #expect(try queue.store.wish(about: new) == .cancel)
        #expect(try queue.store.wish(about: old) == .abandon)
        try queue.store.note(.test(1), of: old)
        #expect(try queue.value(try queue.store.taskJSON(of: new.task), "$.pid") == nil)
    }

    @Test func theClaimReadsItsIndex() throws {
        let queue = try TestQueue()
        let plan = try queue.store.database.rows("""
            EXPLAIN QUERY PLAN SELECT task_id FROM task_master WHERE type = 'shell' AND status = 'pending'
            ORDER BY priority DESC, task_id LIMIT 1
            """) { row throws(StoreError) in try row.get(3) as String }
        #expect(plan == ["SEARCH task_master USING INDEX task_claim (type=?)"], "neither a scan nor a sort")
    }
}
