import Testing

@testable import KoubouCore

struct LatencyTests {
    @Test func percentilesByType() throws {
        let queue = try TestQueue()
        // Task n waits n seconds and runs 2n.
        for n in 1...100 {
            try queue.submit(at: .test(0)) { $0.type = "exec" }
            let claim = try queue.claim(at: .test(n))
            try queue.record(AttemptEnd(n % 2 == 0 ? .completed : .failed), of: claim, at: .test(3 * n))
        }
        let latency = try #require(try queue.store.latencies(at: .test(301)).first)
        #expect(latency.type == "exec" && latency.tasks == 100)
        #expect(latency.waiting == Latency.Percentiles(p50: 50, p90: 90, p99: 99, max: 100))
        #expect(latency.running == Latency.Percentiles(p50: 100, p90: 180, p99: 198, max: 200))
        #expect(latency.json == """
            {"type":"exec","tasks":100,"waiting":{"p50":50.0,"p90":90.0,"p99":99.0,"max":100.0},\
            "running":{"p50":100.0,"p90":180.0,"p99":198.0,"max":200.0}}
            """)
    }

    @Test func onlyTheLastHourCounts() throws {
        let queue = try TestQueue()
        try queue.submit(at: .test(0))
        try queue.record(AttemptEnd(.completed), of: try queue.claim(at: .test(0)), at: .test(5))
        try queue.submit(at: .test(5000))
        try queue.record(AttemptEnd(.completed), of: try queue.claim(at: .test(5001)), at: .test(5002))
        #expect(try queue.store.latencies(at: .test(5003)).map(\.tasks) == [1])
        #expect(try queue.store.latencies(at: .test(9999)).isEmpty)
        #expect(try queue.store.throughput(at: .test(5003)) == Throughput(minute: 1, fiveMinutes: 1, quarter: 1))
        #expect(try queue.store.throughput(at: .test(5100)) == Throughput(minute: 0, fiveMinutes: 1, quarter: 1))
        #expect(try queue.store.throughput(at: .test(5800)) == Throughput(minute: 0, fiveMinutes: 0, quarter: 1))
    }

    /// A retry waits from when it may run again, not from when the task was handed in.
    @Test func aRetryWaitsAnew() throws {
        let queue = try TestQueue()
        let id = try queue.submit(at: .test(0))
        try queue.record(AttemptEnd(.failed), of: try queue.claim(at: .test(1)), at: .test(2))
        _ = try queue.store.retry([id], at: .test(1000))
        try queue.record(AttemptEnd(.completed), of: try queue.claim(at: .test(1003)), at: .test(1004))
        let latency = try #require(try queue.store.latencies(at: .test(1005)).first)
        #expect(latency.waiting.max == 3 && latency.running.max == 1)
    }

    /// What was cancelled, or never began, says nothing about times.
    @Test func cancelledTasksDontCount() throws {
        let queue = try TestQueue()
        let ids = try [queue.submit(), queue.submit()]
        let claim = try queue.claim()
        _ = try queue.store.cancel(ids, at: .test(2))
        try queue.record(AttemptEnd(.cancelled), of: claim, at: .test(3))
        #expect(try queue.store.latencies(at: .test(4)).isEmpty)
        #expect(try queue.store.throughput(at: .test(4)).minute == 2)
    }

    @Test func readsByTheIndexOfEndedTasks() throws {
        let queue = try TestQueue()
        for sql: StaticString in [
            "EXPLAIN QUERY PLAN SELECT count(*) FROM task_master WHERE ended_at > '2026'",
            """
            EXPLAIN QUERY PLAN SELECT type FROM task_master WHERE ended_at > '2026' AND started_at IS NOT NULL
              AND status <> 'cancelled' ORDER BY ended_at DESC LIMIT 10000
            """,
        ] {
            let plan = try queue.store.database.rows(sql) { row throws(StoreError) in try row.get(3) as String }
            #expect(plan.count == 1 && plan[0].contains("task_ended"), "\(plan)")
        }
    }
}
