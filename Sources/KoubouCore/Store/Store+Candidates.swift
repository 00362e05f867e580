/// Tasks with which a command has something to do, for whoever is about to name one: the newest first.
extension Store {
    /// Those that `retry` puts back into the queue.
    public func retriableTasks(limit: Int) throws(StoreError) -> [TaskID] {
        let ended: [TaskID] = try database.rows(
            """
            SELECT task_id FROM task_master
            WHERE status IN ('failed', 'cancelled') OR status = 'scheduled' AND run_at IS NULL
            ORDER BY task_id DESC LIMIT ?1
            """, limit
        ) { row throws(StoreError) in try row.get(0) }
        var retriable: [TaskID] = []
        for id in ended {
            guard try holder(ofKeyOf: id) == nil, try prunedDependency(of: id) == nil else { continue }
            retriable.append(id)
        }
        return retriable
    }

    /// Those that `submit --continue` goes on with.
    public func continuableTasks(limit: Int) throws(StoreError) -> [TaskID] {
        try database.rows(
            """
            SELECT task_id FROM task_master JOIN task_payload USING (task_id)
            WHERE ended_at IS NOT NULL AND json_extract(metadata, '$.session') IS NOT NULL
            ORDER BY task_id DESC LIMIT ?1
            """, limit
        ) { row throws(StoreError) in try row.get(0) }
    }

    /// The names of the fields that `show` has for every task.
    public func taskFields() throws(StoreError) -> [String] {
        guard let newest = try newestTaskIDs(TaskFilter(), limit: 1).first, let json = try taskJSON(of: newest) else {
            return []
        }
        return try members(ofJSON: json).map(\.key)
    }
}
