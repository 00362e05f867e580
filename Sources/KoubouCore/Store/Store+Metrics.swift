/// What a monitoring system wants to know.
extension Store {
    /// Attempts that have begun or ended, and tasks that have ended: so many of one type, in one state, that took about as
    /// long.
    public struct Measured: Sendable {
        public let type: String
        /// The state that was entered.
        public let status: TaskState
        /// Of the state that was left: how many of `TimeHistogram.bounds` are below. Nil when no attempt has begun or ended.
        public let step: Int?
        public let count: Int
        public let seconds: Double
    }

    /// What the events in `range` tell of the tasks that are still there. An attempt that begins has waited since the event
    /// before, one that ends has run since then.
    public func measure(in range: ClosedRange<Int64>) throws(StoreError) -> [Measured] {
        try database.rows(
            """
            WITH moved AS (SELECT type, to_status, iif(to_status = 'in_progress' OR from_status = 'in_progress',
                max((julianday(at) - julianday((SELECT at FROM task_event AS before
                  WHERE before.task_id = e.task_id AND before.seq < e.seq ORDER BY seq DESC LIMIT 1))) * 86400, 0), NULL) AS took
              FROM task_event AS e JOIN task_master USING (task_id) WHERE seq BETWEEN ?1 AND ?2
                AND (to_status IN ('in_progress', 'completed', 'failed', 'cancelled') OR from_status = 'in_progress')),
            stepped AS (SELECT *, iif(took IS NULL, NULL,
              (SELECT count(*) FROM json_each(?3) WHERE value < took)) AS step FROM moved)
            SELECT type, to_status, step, count(*), ifnull(total(took), 0) FROM stepped GROUP BY type, to_status, step
            """, range.lowerBound, range.upperBound,
            "[" + TimeHistogram.bounds.map { "\($0)" }.joined(separator: ",") + "]"
        ) { row throws(StoreError) in
            Measured(
                type: try row.get(0), status: try row.get(1), step: try row.get(2), count: try row.get(3),
                seconds: try row.get(4))
        }
    }

    /// When the task was handed in, or was due, that may run for the longest time; nil when none may.
    ///
    /// One step in an index for each type and priority, however many tasks wait.
    public func oldestPending() throws(StoreError) -> Timestamp? {
        try database.first(
            """
            WITH RECURSIVE level (priority) AS (SELECT 1 UNION ALL SELECT priority + 1 FROM level WHERE priority < 10)
            SELECT min(max(task.created_at, ifnull(task.run_at, ''))) FROM level JOIN task_count AS count
              JOIN task_master AS task ON task.task_id = (SELECT min(task_id) FROM task_master
                WHERE type = count.type AND status = 'pending' AND priority = level.priority)
            WHERE count.status = 'pending' AND count.n > 0
            """
        ) { row throws(StoreError) in try row.get(0) as Timestamp? } ?? nil
    }

    /// What the supervisor has decided after `seq`, and the number of its last decision.
    public func decisions(after seq: Int64) throws(StoreError) -> (last: Int64, actions: [PoolDecision.Action]) {
        let rows = try database.rows("SELECT seq, action FROM pool_decision WHERE seq > ?1 ORDER BY seq", seq) {
            row throws(StoreError) in (seq: try row.get(0) as Int64, action: try row.get(1) as PoolDecision.Action)
        }
        return (rows.last?.seq ?? seq, rows.map(\.action))
    }
}
