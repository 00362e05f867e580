import Testing

@testable import KoubouCore

struct KeyTests {
    private static func submit(_ queue: TestQueue, _ key: String? = "k", life: Duration = .zero, at second: Int = 0) throws -> TaskID {
        try queue.submit(at: .test(second)) { ($0.key, $0.keyLife) = (key, life) }
    }

    @Test func oneTaskWhileItWaitsOrRuns() throws {
        let queue = try TestQueue()
        let first = try Self.submit(queue)
        #expect(try Self.submit(queue) == first)
        #expect(try Self.submit(queue, "other") != first)
        #expect(try Self.submit(queue, nil) != first)
        let claim = try queue.claim()
        #expect(claim.task == first)
        #expect(try Self.submit(queue) == first)
        try queue.record(AttemptEnd(.completed), of: claim)
        #expect(try Self.submit(queue) != first)
    }

    @Test func itsLifeGoesOnAfterItsEnd() throws {
        let queue = try TestQueue()
        let first = try Self.submit(queue)
        try queue.record(AttemptEnd(.failed), of: try queue.claim(), at: .test(100))
        #expect(try Self.submit(queue, life: .seconds(60), at: 159) == first)
        #expect(try Self.submit(queue, life: .seconds(60), at: 160) != first)
    }

    @Test func oneThatIsTriedAgainHasItsKeyAgain() throws {
        let queue = try TestQueue()
        let first = try Self.submit(queue)
        _ = try queue.store.cancel([first], at: .test(1))
        let second = try Self.submit(queue)
        _ = try queue.store.cancel([second], at: .test(2))
        _ = try queue.store.retry([first], at: .test(3))
        #expect(try Self.submit(queue) == first)
    }

    @Test func inOneSubmitToo() throws {
        let queue = try TestQueue()
        var task = NewTask(type: "shell", cwd: Array("/".utf8))
        task.key = "k"
        #expect(try queue.store.submit([task, task, task], at: .test(0)) == [TaskID(1), TaskID(1), TaskID(1)])
    }

    @Test func isFoundByItsIndex() throws {
        let queue = try TestQueue()
        let plan = try queue.store.database.rows("""
            EXPLAIN QUERY PLAN SELECT task_id FROM task_master WHERE key = 'k' AND ended_at > '2026' ORDER BY ended_at DESC LIMIT 1
            """) { row throws(StoreError) in try row.get(3) as String }
        #expect(plan == ["SEARCH task_master USING COVERING INDEX task_key (key=? AND ended_at>?)"])
    }
}
