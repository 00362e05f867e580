import Testing

@testable import KoubouCore

/// Random use of the store, checked against what must always hold.
struct InvariantTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func hold(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let queue = try TestQueue()
        var use = Use(queue: queue)
        for step in 1...150 {
            try use.next(&random, at: .test(step))
            if step % 10 == 0 { try check(queue, use) }
        }
        try check(queue, use)
    }

    private func check(_ queue: TestQueue, _ use: Use) throws {
        #expect(try queue.number("""
            SELECT count(*) FROM (
              SELECT type, status, count(*) AS n FROM task_master GROUP BY type, status
              EXCEPT SELECT type, status, n FROM task_count)
            """) == 0, "task_count is what GROUP BY says")
        #expect(try queue.number("SELECT ifnull(sum(n), 0) FROM task_count") == use.submitted)
        #expect(try queue.number("SELECT count(*) FROM task_count WHERE n < 0") == 0)
        #expect(try queue.number("""
            SELECT count(*) FROM task_master WHERE (status IN ('completed', 'failed', 'cancelled')) <> (ended_at IS NOT NULL)
            """) == 0, "an end has a time")
        #expect(try queue.number("""
            SELECT count(*) FROM task_master WHERE status = 'in_progress'
              AND worker_id NOT IN (SELECT worker_id FROM workers WHERE status = 'busy' AND task_id = task_master.task_id)
            """) == 0, "what runs has its worker")
        #expect(try queue.number("SELECT count(*) FROM task_master WHERE status = 'in_progress'") == use.running.count)
        #expect(try queue.number("""
            SELECT count(*) FROM task_event AS e JOIN task_event AS before ON before.seq =
              (SELECT max(seq) FROM task_event WHERE task_id = e.task_id AND seq < e.seq)
            WHERE e.from_status <> before.to_status
            """) == 0, "each event begins where the one before it ended")
        #expect(try queue.number("""
            SELECT count(*) FROM task_master WHERE status <>
              (SELECT to_status FROM task_event WHERE task_id = task_master.task_id ORDER BY seq DESC LIMIT 1)
            """) == 0)
        #expect(try queue.number("SELECT count(*) - count(DISTINCT claim) FROM task_attempt") == 0)
        #expect(try queue.number("SELECT count(*) FROM task_master WHERE attempt - lost > max_attempts") == 0)
    }

    /// Does one thing after another, and remembers which claims are good.
    private struct Use {
        let queue: TestQueue
        var submitted = 0
        var running: [Int: Claim] = [:]
        var lost: [Claim] = []

        init(queue: TestQueue) { self.queue = queue }

        mutating func next(_ random: inout SeededGenerator, at now: Timestamp) throws {
            switch Int.random(in: 0..<10, using: &random) {
            case 0...2: try submit(&random, at: now)
            case 3...4: try claim(&random, at: now)
            case 5...6: try record(&random, at: now)
            case 7: try bury(&random, at: now)
            case 8: try recordLate(at: now)
            default: try cancelOrRetry(&random, at: now)
            }
        }

        private mutating func submit(_ random: inout SeededGenerator, at now: Timestamp) throws {
            try queue.submit(at: now) {
                $0.type = random.oneIn(2) ? "shell" : "exec"
                $0.maxAttempts = Int.random(in: 1...3, using: &random)
            }
            submitted += 1
        }

        private mutating func claim(_ random: inout SeededGenerator, at now: Timestamp) throws {
            guard let slot = (1...4).first(where: { running[$0] == nil }) else { return }
            try queue.register(slot: slot)
            running[slot] = try queue.store.claim(by: WorkerID(slot: slot), .test(slot), at: now).claim
        }

        private mutating func record(_ random: inout SeededGenerator, at now: Timestamp) throws {
            guard let slot = running.keys.sorted().randomElement(using: &random), let claim = running[slot] else { return }
            let outcome = AttemptOutcome.allCases.randomElement(using: &random) ?? .completed
            let recorded = try queue.record(
                AttemptEnd(outcome), of: claim, slot: slot, then: random.oneIn(2) ? .claim : .leave, at: now
            ) { $0.backoffMin = .seconds(random.oneIn(2) ? 0 : 5) }
            #expect(recorded.isRecorded)
            running[slot] = recorded.work?.claim
            if running[slot] == nil { try idle(slot, at: now) }
            lost.append(claim)
        }

        /// A worker that leaves after its task.
        private func idle(_ slot: Int, at now: Timestamp) throws {
            _ = try queue.store.bury(
                WorkerID(slot: slot), .test(slot), AttemptEnd(.lost, error: ""), policy: { _ in RetryPolicy(maxAttempts: 1) }, at: now)
        }

        private mutating func bury(_ random: inout SeededGenerator, at now: Timestamp) throws {
            guard let slot = running.keys.sorted().randomElement(using: &random), let claim = running[slot] else { return }
            try idle(slot, at: now)
            running[slot] = nil
            lost.append(claim)
        }

        private func recordLate(at now: Timestamp) throws {
            for claim in lost {
                #expect(try !queue.record(AttemptEnd(.completed), of: claim, slot: 9, at: now).isRecorded)
            }
        }

        private func cancelOrRetry(_ random: inout SeededGenerator, at now: Timestamp) throws {
            guard submitted > 0 else { return }
            let id = TaskID(Int64.random(in: 1...Int64(submitted), using: &random))
            if random.oneIn(2) {
                _ = try queue.store.cancel([id], at: now)
            } else {
                let state = try queue.state(of: id)
                do {
                    _ = try queue.store.retry([id], at: now)
                    #expect(state == .failed || state == .cancelled)
                } catch StoreError.notRetriable {
                    #expect(state != .failed && state != .cancelled)
                }
            }
        }
    }
}
