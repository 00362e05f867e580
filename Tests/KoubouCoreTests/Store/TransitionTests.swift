import CSQLite
import Testing

@testable import KoubouCore

struct TransitionTests {
    struct Pair: Sendable, CustomTestStringConvertible {
        let from: TaskState
        let to: TaskState
        var testDescription: String { "\(from.rawValue) -> \(to.rawValue)" }
    }

    static let pairs = TaskState.allCases.flatMap { from in TaskState.allCases.map { Pair(from: from, to: $0) } }

    /// The trigger refuses what the table of states does not allow, whoever writes.
    @Test(arguments: pairs)
    func theDatabaseAllowsWhatTheTableDoes(_ pair: Pair) throws {
        let queue = try TestQueue()
        let database = queue.store.database
        func attempt() throws(StoreError) {
            try database.run("""
                INSERT INTO task_master (type, status, waits_for, priority, max_attempts, created_at, updated_at)
                VALUES ('shell', ?1, ?1 = 'blocked', 5, 1, ?2, ?2)
                """, pair.from, Timestamp.test(0))
            try database.run("UPDATE task_master SET status = ?1, waits_for = (?1 = 'blocked')", pair.to)
        }
        let isAllowed = pair.from == pair.to || pair.from.successors.contains(pair.to)
        if isAllowed {
            try attempt()
        } else {
            let error = #expect(throws: StoreError.self) { try attempt() }
            #expect(error?.line.contains("can't change its status that way") == true)
        }
        let now = isAllowed ? pair.to : pair.from
        #expect(try queue.text("SELECT status FROM task_master") == now.rawValue)
        #expect(try queue.store.taskCounts().map(\.status) == [now])
        #expect(try queue.store.taskCounts().map(\.count) == [1])
        let events = try queue.number("SELECT count(*) FROM task_event")
        #expect(events == (isAllowed && pair.from != pair.to ? 2 : 1))
    }

    @Test func theHistoryIsWhole() throws {
        let queue = try TestQueue()
        let id = try queue.submit { $0.maxAttempts = 2 }
        try queue.record(AttemptEnd(.failed), of: try queue.claim(at: .test(1)), at: .test(2)) { $0.backoffMin = .seconds(3) }
        try queue.record(AttemptEnd(.completed), of: try queue.claim(slot: 2, at: .test(5)), slot: 2, at: .test(6))
        let events = try queue.store.database.rows("""
            SELECT task_id, at, ifnull(from_status, '') || '>' || to_status || ' ' || ifnull(worker_id, '-') || ' ' || attempt
            FROM task_event ORDER BY seq
            """) { row throws(StoreError) in (try row.get(0) as TaskID, try row.get(1) as Timestamp, try row.get(2) as String) }
        #expect(events.map(\.0) == Array(repeating: id, count: 6))
        #expect(events.map(\.1) == [.test(0), .test(1), .test(2), .test(5), .test(5), .test(6)])
        #expect(events.map(\.2) == [
            ">pending - 0", "pending>in_progress worker_001 1", "in_progress>scheduled worker_001 1",
            "scheduled>pending worker_001 1", "pending>in_progress worker_002 2", "in_progress>completed worker_002 2",
        ])
    }
}
