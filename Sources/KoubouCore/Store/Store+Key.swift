/// Keys make a submit idempotent.
extension Store {
    /// The task that keeps `task` from being stored: it has the same key, and waits, runs, or has ended not long ago.
    func holder(ofKeyOf task: NewTask, at now: Timestamp) throws(StoreError) -> Submitted? {
        guard let key = task.key else { return nil }
        let limit = task.keyLife == .zero ? nil : now + task.keyLife * -1
        return try database.first(
            """
            SELECT task_id, status FROM task_master WHERE key = ?1 AND ended_at IS NULL UNION ALL
            SELECT task_id, status FROM (SELECT task_id, status FROM task_master WHERE key = ?1 AND ended_at > ?2
              ORDER BY ended_at DESC LIMIT 1)
            LIMIT 1
            """, key, limit
        ) { row throws(StoreError) in Submitted(task: try row.get(0), status: try row.get(1)) }
    }

    /// Another task with the key of `task` that has not ended.
    func holder(ofKeyOf task: TaskID) throws(StoreError) -> TaskID? {
        try database.first(
            """
            SELECT other.task_id FROM task_master AS own JOIN task_master AS other USING (key)
            WHERE own.task_id = ?1 AND other.task_id <> ?1 AND other.ended_at IS NULL
            """, task
        ) { row throws(StoreError) in try row.get(0) }
    }
}
