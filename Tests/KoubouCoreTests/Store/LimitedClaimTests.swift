import Testing

@testable import KoubouCore

/// What may be claimed where a type has limits.
struct LimitedClaimTests {
    private let queue: TestQueue

    init() throws { queue = try TestQueue() }

    private func claim(_ slot: Int, _ throttle: Throttle, at now: Timestamp = .test(1)) throws -> Store.Work {
        try queue.register(slot: slot)
        return try queue.store.claim(by: WorkerID(slot: slot), .test(slot), throttles: ["shell": throttle], at: now)
    }

    private func pending(_ throttle: Throttle, at now: Timestamp = .test(1)) throws -> Int {
        try queue.store.survey(throttles: ["shell": throttle], at: now).pending
    }

    @Test func noMoreThanTheConcurrencyRun() throws {
        let throttle = Throttle(concurrency: 2)
        for _ in 0..<5 { try queue.submit() }
        let other = try queue.submit { $0.type = "exec" }
        #expect(try pending(throttle) == 3, "two, and the other type")
        let first = try #require(try claim(1, throttle).claim)
        _ = try #require(try claim(2, throttle).claim)
        #expect(try pending(throttle) == 1)
        #expect(try claim(3, throttle).claim?.task == other, "a type at its limit holds up no other one")
        #expect(try claim(4, throttle).claim == nil)
        #expect(try pending(throttle) == 0)
        try queue.record(AttemptEnd(.completed), of: first)
        #expect(try pending(throttle) == 1)
        #expect(try claim(4, throttle).claim != nil)
    }

    @Test func slotsCount() throws {
        let throttle = Throttle(concurrency: 4)
        let sizes = [2, 3, 1, 1]
        let ids = try sizes.map { size in try queue.submit { $0.slots = size } }
        #expect(try pending(throttle) == 1, "the second does not fit beside the first")
        let first = try #require(try claim(1, throttle).claim)
        #expect(first.task == ids[0])
        #expect(try claim(2, throttle).claim == nil, "it is not overtaken by smaller ones")
        #expect(try pending(throttle) == 0)
        try queue.record(AttemptEnd(.completed), of: first)
        #expect(try pending(throttle) == 2)
        #expect(try claim(2, throttle).claim?.task == ids[1])
        #expect(try claim(3, throttle).claim?.task == ids[2])
        #expect(try claim(4, throttle).claim == nil)
    }

    @Test func moreThanThereAreMeansAll() throws {
        let ids = try [8, 1].map { size in try queue.submit { $0.slots = size } }
        let throttle = Throttle(concurrency: 3)
        let first = try #require(try claim(1, throttle).claim)
        #expect(first.task == ids[0])
        #expect(try claim(2, throttle).claim == nil)
        #expect(try pending(throttle) == 0)
        try queue.record(AttemptEnd(.completed), of: first)
        #expect(try claim(2, throttle).claim?.task == ids[1])
    }

    @Test func whoEndsWakesAllThatHaveRoom() throws {
        let throttle = Throttle(concurrency: 3)
        try queue.submit { $0.slots = 3 }
        for _ in 0..<4 { try queue.submit() }
        let big = try #require(try claim(1, throttle).claim)
        for slot in 2...5 { #expect(try claim(slot, throttle).claim == nil) }
        let recorded = try queue.store.record(
            AttemptEnd(.completed), of: big, by: WorkerID(slot: 1), .test(1), policy: RetryPolicy(maxAttempts: 1), jitter: 0,
            throttles: ["shell": throttle], then: .claim, at: .test(2))
        #expect(recorded.work?.claim != nil)
        #expect(recorded.toWake == [.test(2), .test(3)])
    }

    @Test func aCancelMakesRoomInTheOrder() throws {
        let throttle = Throttle(concurrency: 2)
        try queue.submit()
        let big = try queue.submit { $0.slots = 2 }
        let small = try queue.submit()
        _ = try #require(try claim(1, throttle).claim)
        #expect(try claim(2, throttle).claim == nil)
        #expect(try queue.store.cancel([big], at: .test(2)).toWake == [.test(2)])
        #expect(try claim(2, throttle).claim?.task == small)
    }

    @Test func aRateBoundsEveryTimeOfItsLength() throws {
        let throttle = Throttle(rate: Rate("3/m"))
        for _ in 0..<9 { try queue.submit() }
        var starts: [Int] = []
        for second in stride(from: 0, to: 200, by: 7) {
            while let claim = try claim(1, throttle, at: .test(second)).claim {
                starts.append(second)
                try queue.record(AttemptEnd(.completed), of: claim, at: .test(second))
                if second < 14 { break }  // some apart, so that they come free apart
            }
        }
        #expect(starts == [0, 7, 14, 63, 70, 77, 126, 133, 140])
    }

    @Test func aRateTellsWhenToLookAgain() throws {
        let throttle = Throttle(rate: Rate("2/m"))
        for _ in 0..<3 { try queue.submit() }
        _ = try #require(try claim(1, throttle, at: .test(0)).claim)
        #expect(try pending(throttle, at: .test(10)) == 1)
        _ = try #require(try claim(2, throttle, at: .test(10)).claim)
        guard case .nothing(next: Timestamp.test(60)) = try claim(3, throttle, at: .test(20)) else {
            Issue.record("the first start counts for a minute")
            return
        }
        let survey = try queue.store.survey(throttles: ["shell": throttle], at: .test(20))
        #expect(survey.pending == 0)
        #expect(survey.nextDue == .test(60))
        #expect(try claim(3, throttle, at: .test(60)).claim?.attempt == 1, "waiting uses up no attempt")
    }

    @Test func aRateOutlivesItsProcesses() throws {
        let throttle = Throttle(rate: Rate("1/h"))
        for _ in 0..<2 { try queue.submit() }
        _ = try #require(try claim(1, throttle, at: .test(0)).claim)
        let later = try Store(home: queue.home)
        _ = try later.register(slot: WorkerID(slot: 2), process: .test(2), status: .starting, at: .test(1))
        #expect(try later.claim(by: WorkerID(slot: 2), .test(2), throttles: ["shell": throttle], at: .test(3599)).claim == nil)
        #expect(try later.claim(by: WorkerID(slot: 2), .test(2), throttles: ["shell": throttle], at: .test(3600)).claim != nil)
    }

    @Test func aClockThatIsSetBackHoldsNobodyUp() throws {
        let throttle = Throttle(rate: Rate("1/m"))
        for _ in 0..<2 { try queue.submit() }
        _ = try #require(try claim(1, throttle, at: .test(1_000_000)).claim)
        #expect(try pending(throttle, at: .test(0)) == 1)
        #expect(try claim(2, throttle, at: .test(0)).claim != nil)
    }

    @Test func noMoreStartsAreKeptThanTheRateNeeds() throws {
        for _ in 0..<20 { try queue.submit() }
        let throttle = Throttle(rate: Rate("5/s"))
        for second in 0..<20 { try queue.record(AttemptEnd(.completed), of: #require(try claim(1, throttle, at: .test(second)).claim)) }
        #expect(try queue.number("SELECT count(*) FROM type_start") == 5)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func neverMoreSlotsThanThereAre(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let throttle = Throttle(concurrency: 5)
        var running: [Int: Claim] = [:]
        for step in 1...200 {
            if random.oneIn(2) { try queue.submit { $0.slots = Int.random(in: 1...5, using: &random) } }
            let slot = Int.random(in: 1...6, using: &random)
            if let claim = running[slot] {
                running[slot] = nil
                let outcome: AttemptOutcome = random.oneIn(4) ? .requeued : .completed
                try queue.record(AttemptEnd(outcome), of: claim, slot: slot, at: .test(step))
            } else {
                let ready = try pending(throttle)
                let claim = try self.claim(slot, throttle).claim
                #expect((claim != nil) == (ready > 0), "what is counted as ready can be claimed")
                running[slot] = claim
            }
            let inUse = try queue.number("SELECT ifnull(sum(slots), 0) FROM task_master WHERE status = 'in_progress'")
            #expect(inUse <= 5)
            #expect(try queue.number("SELECT count(*) FROM (SELECT type, status, sum(slots) FROM task_master GROUP BY 1, 2 EXCEPT SELECT type, status, slots FROM task_count)") == 0)
        }
    }

    @Test func aTypeAtItsLimitCostsNothing() throws {
        let plan = try queue.store.database.rows("""
            EXPLAIN QUERY PLAN SELECT slots FROM task_master WHERE type = 'shell' AND status = 'pending'
            ORDER BY priority DESC, task_id LIMIT 4
            """) { row throws(StoreError) in try row.get(3) as String }
        #expect(plan == ["SEARCH task_master USING INDEX task_claim (type=?)"], "neither a scan nor a sort")
    }
}
