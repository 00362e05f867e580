/// A task of a load test that has ended.
public struct LoadEnd: Sendable {
    public let status: TaskState
    public let at: Timestamp
    /// From when it was handed in until its last attempt began; nil: none did.
    public let waiting: Duration?
    /// Of its last attempt.
    public let running: Duration?
}

/// What a load test asks of the queue: all goes by key, so that a million tasks need no more memory than one.
extension Store {
    /// Ends of tasks with `tag` among the `limit` events after `last`.
    /// - Returns: also the last event that was looked at, `last` itself when there is none.
    public func ends(
        ofTag tag: String, after last: Int64, limit: Int
    ) throws(StoreError) -> (ends: [LoadEnd], last: Int64) {
        var seen = last
        let ends = try database.rows(
            """
            SELECT e.seq, e.to_status, t.created_at, t.started_at, e.at
            FROM (SELECT seq, task_id, at, to_status FROM task_event WHERE seq > ?2 ORDER BY seq LIMIT ?3) AS e
            LEFT JOIN task_tag AS g ON g.tag = ?1 AND g.task_id = e.task_id
            LEFT JOIN task_master AS t ON t.task_id = g.task_id AND e.to_status IN ('completed', 'failed', 'cancelled')
            ORDER BY e.seq
            """, tag, last, limit
        ) { row throws(StoreError) -> LoadEnd? in
            seen = try row.get(0)
            guard let created = try row.get(2) as Timestamp? else { return nil }
            let started = try row.get(3) as Timestamp?
            let ended: Timestamp = try row.get(4)
            return LoadEnd(
                status: try row.get(1), at: ended, waiting: started.map { $0 - created },
                running: started.map { ended - $0 })
        }
        return (ends.compactMap { $0 }, seen)
    }

    /// At most `limit` tasks with `tag` that have not ended, from `first` on, rising.
    public func openTasks(ofTag tag: String, from first: TaskID, limit: Int) throws(StoreError) -> [TaskID] {
        try database.rows(
            """
            SELECT task_id FROM task_tag JOIN task_master USING (task_id)
            WHERE tag = ?1 AND task_id >= ?2 AND status IN ('blocked', 'scheduled', 'pending', 'in_progress')
            ORDER BY task_id LIMIT ?3
            """, tag, first, limit
        ) { row throws(StoreError) in try row.get(0) }
    }

    /// The JSON object of a load test's report; durations in seconds.
    public func json(of report: LoadReport) throws(StoreError) -> String {
        try database.first(
            """
            SELECT json_object('tag', ?1, 'tasks', ?2, 'submitted', ?3, 'completed', ?4, 'failed', ?5, 'cancelled', ?6,
              'seconds', ?7, 'submit_seconds', round(?8, 3), 'throughput', round(?9, 3), 'waiting', json(?10), 'running', json(?11),
              'workers', json_object('min', ?12, 'mean', round(?13, 3), 'max', ?14, 'step', ?15, 'samples', json(?16)))
            """, report.tag, report.tasks, report.submitted, report.count(.completed), report.count(.failed),
            report.count(.cancelled), report.elapsed, report.submitTime, report.throughput,
            try json(of: report.waiting), try json(of: report.running), report.workers.min, report.workers.mean,
            report.workers.max, report.workers.step,
            "[" + report.workers.values.map(String.init).joined(separator: ",") + "]"
        ) { row throws(StoreError) in try row.get(0) } ?? "{}"
    }

    private func json(of histogram: DurationHistogram) throws(StoreError) -> String {
        try database.first(
            "SELECT json_object('p50', ?1, 'p90', ?2, 'p95', ?3, 'p99', ?4, 'max', ?5)", histogram.percentile(50),
            histogram.percentile(90), histogram.percentile(95), histogram.percentile(99), histogram.percentile(100)
        ) { row throws(StoreError) in try row.get(0) } ?? "{}"
    }
}
