import Testing

@testable import KoubouCore

struct EventsTests {
    @Test func eachChangeIsOneEvent() throws {
        let queue = try TestQueue()
        let id = try queue.submit(at: .test(0))
        var end = AttemptEnd(.failed, error: "exit status 3\nand more")
        end.exitStatus = 3
        try queue.record(end, of: try queue.claim(at: .test(1)), at: .test(2))
        _ = try queue.store.retry([id], at: .test(3))
        _ = try queue.store.cancel([id], at: .test(4))
        let events = try queue.store.events(TaskFilter(), in: 1...queue.store.lastEvent(), limit: 99)
        #expect(events.map { $0.line(in: LocalZone { _ in 3600 }) } == [
            "1 2026-03-01 13:00:00+01:00 task 1 - → pending",
            "2 2026-03-01 13:00:01+01:00 task 1 pending → in_progress worker_001 attempt 1",
            "3 2026-03-01 13:00:02+01:00 task 1 in_progress → failed worker_001 attempt 1: exit status 3\\nand more",
            "4 2026-03-01 13:00:03+01:00 task 1 failed → pending",
            "5 2026-03-01 13:00:04+01:00 task 1 pending → cancelled",
        ])
        #expect(events[1].json == """
            {"seq":2,"at":"\(Timestamp.test(1))","task_id":1,"from":"pending","to":"in_progress",\
            "worker_id":"worker_001","attempt":1,"detail":null}
            """)
        #expect(try queue.value(events[2].json, "$.detail") == "exit status 3\nand more")
        #expect(try queue.kind(events[0].json, "$.from") == "null")
    }

    @Test func filters() throws {
        let queue = try TestQueue()
        try queue.submit()
        let tagged = try queue.submit { ($0.type, $0.tags) = ("code", ["x"]) }
        try queue.submit()
        _ = try queue.store.cancel([tagged], at: .test(1))
        func seqs(_ filter: TaskFilter, limit: Int = 99) throws -> [Int64] {
            try queue.store.events(filter, in: 1...99, limit: limit).map(\.seq)
        }
        #expect(try seqs(TaskFilter()) == [1, 2, 3, 4])
        #expect(try seqs(TaskFilter(), limit: 2) == [1, 2])
        #expect(try seqs(TaskFilter(statuses: [.cancelled])) == [4])
        #expect(try seqs(TaskFilter(types: ["code"])) == [2, 4])
        #expect(try seqs(TaskFilter(tags: ["x"])) == [2, 4])
        #expect(try seqs(TaskFilter(tags: ["y"])) == [])
        #expect(try seqs(TaskFilter(types: ["none", "code"], tags: ["y", "x"])) == [2, 4])
        #expect(try queue.store.eventBefore(newest: 1, TaskFilter(types: ["none", "code"], tags: ["y", "x"])) == 3)
        #expect(try queue.store.events(of: [tagged], in: 1...99, limit: 99).map(\.seq) == [2, 4])
        #expect(try queue.store.events(of: [tagged], in: 3...99, limit: 99).map(\.seq) == [4])
        #expect(try queue.store.events(of: [TaskID(77)], in: 1...99, limit: 99).isEmpty)
        #expect(try queue.store.ends(in: 1...99, limit: 9).map(\.task) == [tagged])
    }

    @Test func theNewest() throws {
        let queue = try TestQueue()
        #expect(try queue.store.lastEvent() == 0)
        #expect(try queue.store.eventBefore(newest: 5, TaskFilter()) == 0)
        for _ in 0..<5 { try queue.submit() }
        #expect(try queue.store.eventBefore(newest: 2, TaskFilter()) == 3)
        #expect(try queue.store.eventBefore(newest: 99, TaskFilter()) == 0)
        #expect(try queue.store.eventBefore(newest: 1, of: [TaskID(2), TaskID(4)]) == 3)
    }

    @Test func numbersAreNotGivenOutAgain() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        _ = try queue.store.cancel([id], at: .test(1))
        _ = try queue.store.prune(endedBefore: .test(9), statuses: nil, limit: 9)
        #expect(try queue.store.lastEvent() == 2)
        try queue.submit()
        #expect(try queue.store.events(TaskFilter(), in: 1...99, limit: 9).map(\.seq) == [3])
    }

    /// A filter by ids reads their events alone.
    @Test func idsAreFoundByTheirIndex() throws {
        let queue = try TestQueue()
        let plan = try queue.store.database.rows("""
            EXPLAIN QUERY PLAN SELECT seq FROM task_event
            WHERE task_id IN (SELECT value FROM json_each('[1]')) AND seq BETWEEN 1 AND 9 ORDER BY seq LIMIT 3
            """) { row throws(StoreError) in try row.get(3) as String }
        #expect(plan.contains { $0.contains("task_event_of") }, "\(plan)")
    }
}
