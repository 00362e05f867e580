import Testing

@testable import KoubouCore

struct StatisticsTests {
    @Test func ofAnEmptyQueueAreZeros() throws {
        let queue = try TestQueue()
        let json = try queue.store.statisticsJSON(limits: PoolLimits(), at: .test(0))
        #expect(try queue.value(json, "$.tasks") == """
            {"blocked":0,"scheduled":0,"pending":0,"in_progress":0,"completed":0,"failed":0,"cancelled":0,"by_type":{}}
            """)
        #expect(try queue.value(json, "$.workers") == #"{"starting":0,"idle":0,"busy":0,"draining":0}"#)
        #expect(try Self.limits(queue, json) == ["1", "5", "2", "30", "ratio", "30"])
    }

    @Test func countByStateAndType() throws {
        let queue = try TestQueue()
        for type in ["shell", "shell", "exec", "exec", "exec", "code"] { try queue.submit { $0.type = type } }
        try queue.record(AttemptEnd(.completed), of: try queue.claim())
        try queue.record(AttemptEnd(.failed), of: try queue.claim())
        _ = try queue.claim()
        let json = try queue.store.statisticsJSON(limits: PoolLimits(), at: .test(0))
        for (path, value) in [
            "$.tasks.pending": "3", "$.tasks.in_progress": "1", "$.tasks.completed": "1", "$.tasks.failed": "1",
            "$.tasks.by_type.shell": #"{"completed":1,"failed":1}"#, "$.tasks.by_type.exec": #"{"in_progress":1,"pending":2}"#,
            "$.tasks.by_type.code": #"{"pending":1}"#, "$.workers.busy": "1", "$.workers.idle": "0",
        ] { #expect(try queue.value(json, path) == value, "\(path)") }
        #expect(try queue.store.taskCounts().map { "\($0.type) \($0.status.rawValue) \($0.count)" } == [
            "code pending 1", "exec in_progress 1", "exec pending 2", "shell completed 1", "shell failed 1",
        ])
    }

    @Test func showTheLimitsOfALivingSupervisor() throws {
        let queue = try TestQueue()
        var its = PoolLimits()
        (its.workers, its.scaleUpThreshold, its.idleTimeout) = (2...9, 0.5, .milliseconds(1500))
        (its.policy, its.targetWait) = (.targetWait, .seconds(45))
        #expect(try queue.store.becomeSupervisor(.test(1), limits: its, at: .test(0)) == nil)
        let afterDeath = try queue.store.statisticsJSON(limits: PoolLimits(), at: .test(0))
        #expect(try queue.value(afterDeath, "$.pool.max") == "5", "a dead one's limits don't count")
        #expect(try queue.store.becomeSupervisor(.current, limits: its, at: .test(0)) == nil)
        #expect(try Self.limits(queue, queue.store.statisticsJSON(limits: PoolLimits(), at: .test(0))) == ["2", "9", "0.5", "1.5", "target-wait", "45"])
    }

    private static func limits(_ queue: TestQueue, _ json: String) throws -> [String?] {
        try ["min", "max", "threshold", "idle_timeout", "policy", "target_wait"].map { try queue.value(json, "$.pool.\($0)") }
    }

    @Test func workersAreListedBySlot() throws {
        let queue = try TestQueue()
        for slot in [1000, 2, 999] { try queue.register(slot: slot, .idle) }
        try queue.submit()
        _ = try queue.claim(slot: 2, at: .test(8))
        let lines = try queue.store.workersJSON()
        #expect(try lines.map { try queue.value($0, "$.worker_id") } == ["worker_002", "worker_999", "worker_1000"])
        #expect(lines.first == """
            {"worker_id":"worker_002","pid":\(ProcessIdentity.test(2).pid),"status":"busy","task_id":1,"tasks_completed":0,\
            "tasks_failed":0,"started_at":"\(Timestamp.test(0))","last_heartbeat":"\(Timestamp.test(8))",\
            "task_title":null,"task_started_at":"\(Timestamp.test(8))"}
            """)
        #expect(try queue.kind(lines.last, "$.task_id") == "null")
    }

    /// The statements that monitoring scripts use, unchanged.
    @Test func thePublishedStatementsWork() throws {
        let queue = try TestQueue()
        let now = Clock.now
        for _ in 0..<3 { try queue.submit(at: now) }
        _ = try queue.store.register(slot: nil, process: .test(1), status: .starting, at: now)
        let claim = try #require(try queue.store.claim(by: WorkerID(slot: 1), .test(1), at: now).claim)
        try queue.record(AttemptEnd(.completed), of: claim, at: now + .seconds(120))
        let workers = try queue.store.database.rows("""
            SELECT worker_id, status, tasks_completed, tasks_failed FROM workers WHERE last_heartbeat > datetime('now','-1 minute');
            """) { row throws(StoreError) in "\(try row.get(0) as String) \(try row.get(2) as Int) \(try row.get(3) as Int)" }
        #expect(workers == ["worker_001 1 0"])
        let counts = try queue.store.database.rows(
            "SELECT status, COUNT(*) AS count FROM task_master GROUP BY status;"
        ) { row throws(StoreError) in "\(try row.get(0) as String) \(try row.get(1) as Int)" }
        #expect(counts == ["completed 1", "pending 2"])
        let minutes = try queue.store.database.first("""
            SELECT AVG(julianday(updated_at) - julianday(created_at)) * 24 * 60 AS avg_minutes FROM task_master WHERE status = 'completed';
            """) { row throws(StoreError) in try row.get(0) as Double }
        #expect(abs(try #require(minutes) - 2) < 0.001)
    }
}
