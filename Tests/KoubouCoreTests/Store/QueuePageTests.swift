import Testing

@testable import KoubouCore

@Suite struct QueuePageTests {
    /// All places, page by page.
    private func pages(_ queue: TestQueue, _ state: TaskState? = nil, of size: Int) throws -> [Int64] {
        var last: QueuePlace?
        var ids: [Int64] = []
        while true {
            let page = try queue.store.queue(state, after: last, limit: size)
            ids += page.map(\.task.number)
            guard page.count == size else { return ids }
            last = page.last
        }
    }

    @Test func isInTheOrderInWhichWorkersClaim() throws {
        let queue = try TestQueue()
        var random = SeededGenerator(seed: 3)
        for _ in 0..<60 {
            try queue.submit {
                $0.type = ["shell", "exec", "code"].randomElement(using: &random) ?? ""
                $0.priority = Priority(.random(in: 1...10, using: &random)) ?? .standard
            }
        }
        let all = try pages(queue, of: 1000)
        #expect(all.count == 60)
        for size in [1, 7, 20, 60] { #expect(try pages(queue, of: size) == all) }
        let claimed = try (0..<60).map { _ in
            let claim = try queue.claim()
            try queue.record(AttemptEnd(.completed), of: claim)
            return claim.task.number
        }
        #expect(claimed == all)
    }

    @Test func afterWhatWaitsComesWhatEndedLast() throws {
        let queue = try TestQueue()
        let ids = try (0..<12).map { _ in try queue.submit() }
        for second in 1...4 {
            try queue.record(AttemptEnd(second == 2 ? .failed : .completed), of: try queue.claim(at: .test(second)), at: .test(second))
        }
        _ = try queue.store.cancel([ids[6]], at: .test(9))
        try queue.store.database.run(
            "UPDATE task_master SET status = 'scheduled', run_at = ?2 WHERE task_id = ?1", ids[5], Timestamp.test(50))
        try queue.store.database.run(
            "UPDATE task_master SET status = 'scheduled', run_at = ?2 WHERE task_id = ?1", ids[7], Timestamp.test(40))
        try queue.store.database.run("UPDATE task_master SET status = 'scheduled' WHERE task_id = ?1", ids[4])
        let all: [Int64] = [9, 10, 11, 12, 8, 6, 5, 7, 4, 3, 2, 1]
        for size in [1, 2, 5, 100] { #expect(try pages(queue, of: size) == all) }
        #expect(try pages(queue, .pending, of: 3) == [9, 10, 11, 12])
        #expect(try pages(queue, .scheduled, of: 1) == [8, 6, 5])
        #expect(try pages(queue, .completed, of: 2) == [4, 3, 1])
        #expect(try pages(queue, .failed, of: 2) == [2])
        #expect(try pages(queue, .cancelled, of: 2) == [7])
        #expect(try pages(queue, .blocked, of: 2) == [])
    }
}
