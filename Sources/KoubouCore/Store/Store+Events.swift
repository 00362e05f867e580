/// One change of a task's state.
public struct TaskEvent: Sendable {
    /// Rising in the order of the changes, and never given out twice.
    public let seq: Int64
    public let at: Timestamp
    public let task: TaskID
    /// Nil when the task was handed in.
    public let from: TaskState?
    public let to: TaskState
    public let worker: String?
    public let attempt: Int
    /// Why, in words.
    public let detail: String?
    /// The JSON object of all this.
    public let json: String
}

extension Store {
    /// The number of the last event there was; 0 before the first.
    public func lastEvent() throws(StoreError) -> Int64 {
        try database.first("SELECT seq FROM sqlite_sequence WHERE name = 'task_event'") { row throws(StoreError) in
            try row.get(0)
        } ?? 0
    }

    /// The events in `range` of tasks that pass `filter`, whose `statuses` are the states that were entered; at most
    /// `limit`, the first ones.
    public func events(_ filter: TaskFilter, in range: ClosedRange<Int64>, limit: Int) throws(StoreError) -> [TaskEvent]
    {
        try database.rows(
            """
            SELECT seq, at, task_id, from_status, to_status, worker_id, attempt, detail, json_object(
              'seq', seq, 'at', at, 'task_id', task_id, 'from', from_status, 'to', to_status, 'worker_id', worker_id,
              'attempt', attempt, 'detail', detail)
            FROM task_event AS e WHERE seq BETWEEN ?4 AND ?5
              AND (?1 IS NULL OR to_status IN (SELECT value FROM json_each(?1)))
              AND (?2 IS NULL OR EXISTS (SELECT 1 FROM task_master AS t
                WHERE t.task_id = e.task_id AND t.type IN (SELECT value FROM json_each(?2))))
              AND (?3 IS NULL OR EXISTS (SELECT 1 FROM task_tag AS t
                WHERE t.task_id = e.task_id AND t.tag IN (SELECT value FROM json_each(?3))))
            ORDER BY seq LIMIT ?6
            """, filter.statusList, filter.typeList, filter.tagList, range.lowerBound, range.upperBound, limit,
            decode: TaskEvent.init(row:))
    }

    /// The events in `range` of the tasks `ids`; at most `limit`, the first ones.
    public func events(of ids: [TaskID], in range: ClosedRange<Int64>, limit: Int) throws(StoreError) -> [TaskEvent] {
        try database.rows(
            """
            SELECT seq, at, task_id, from_status, to_status, worker_id, attempt, detail, json_object(
              'seq', seq, 'at', at, 'task_id', task_id, 'from', from_status, 'to', to_status, 'worker_id', worker_id,
              'attempt', attempt, 'detail', detail)
            FROM task_event WHERE task_id IN (SELECT value FROM json_each(?1)) AND seq BETWEEN ?2 AND ?3
            ORDER BY seq LIMIT ?4
            """, JSONText.list(ids), range.lowerBound, range.upperBound, limit,
            decode: TaskEvent.init(row:))
    }

    /// The number before the newest `limit` events that `events(_:in:limit:)` has for `filter`.
    public func eventBefore(newest limit: Int, _ filter: TaskFilter) throws(StoreError) -> Int64 {
        try database.first(
            """
            SELECT min(seq) - 1 FROM (SELECT seq FROM task_event AS e
              WHERE (?1 IS NULL OR to_status IN (SELECT value FROM json_each(?1)))
                AND (?2 IS NULL OR EXISTS (SELECT 1 FROM task_master AS t
                  WHERE t.task_id = e.task_id AND t.type IN (SELECT value FROM json_each(?2))))
                AND (?3 IS NULL OR EXISTS (SELECT 1 FROM task_tag AS t
                  WHERE t.task_id = e.task_id AND t.tag IN (SELECT value FROM json_each(?3))))
              ORDER BY seq DESC LIMIT ?4)
            """, filter.statusList, filter.typeList, filter.tagList, limit
        ) { row throws(StoreError) in try row.get(0) as Int64? ?? 0 } ?? 0
    }

    /// The same of the tasks `ids`.
    public func eventBefore(newest limit: Int, of ids: [TaskID]) throws(StoreError) -> Int64 {
        try database.first(
            """
            SELECT min(seq) - 1 FROM (SELECT seq FROM task_event
              WHERE task_id IN (SELECT value FROM json_each(?1)) ORDER BY seq DESC LIMIT ?2)
            """, JSONText.list(ids), limit
        ) { row throws(StoreError) in try row.get(0) as Int64? ?? 0 } ?? 0
    }

    /// The tasks that ended in `range` of events, and how; at most `limit` of them, the first ones.
    public func ends(in range: ClosedRange<Int64>, limit: Int) throws(StoreError) -> [(
        seq: Int64, task: TaskID, status: TaskState
    )] {
        try database.rows(
            """
            SELECT seq, task_id, to_status FROM task_event
            WHERE seq BETWEEN ?1 AND ?2 AND to_status IN ('completed', 'failed', 'cancelled') ORDER BY seq LIMIT ?3
            """, range.lowerBound, range.upperBound, limit
        ) { row throws(StoreError) in (try row.get(0), try row.get(1), try row.get(2)) }
    }

    /// Says why the change was made that this transaction has just made.
    func explainLastEvent(_ detail: String) throws(StoreError) {
        try database.run("UPDATE task_event SET detail = ?1 WHERE seq = (SELECT max(seq) FROM task_event)", detail)
    }
}

extension TaskEvent {
    fileprivate init(row: Row) throws(StoreError) {
        (seq, at, task, from, to) = (try row.get(0), try row.get(1), try row.get(2), try row.get(3), try row.get(4))
        (worker, attempt, detail, json) = (try row.get(5), try row.get(6), try row.get(7), try row.get(8))
    }

    /// One line for people: `17 2026-03-01 09:30:02.114+00:00 task 12 pending → in_progress worker_001 attempt 1`.
    public func line(in zone: LocalZone) -> String {
        var words = ["\(seq)", zone.stamp(at), "task", "\(task)", from?.rawValue ?? "-", "→", to.rawValue]
        if from == .inProgress || to == .inProgress { words += [worker ?? "-", "attempt", "\(attempt)"] }
        return words.joined(separator: " ") + (detail.map { ": " + LogLine.printable($0) } ?? "")
    }
}
