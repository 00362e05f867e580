extension Store {
    /// What one step of pruning took.
    public struct Pruned: Sendable {
        public let tasks: Int
        /// Files in `results/` that nothing refers to any more; deleting them is the caller's part.
        public let files: [String]
    }

    /// Ended tasks that `prune` would take.
    public func prunable(endedBefore limit: Timestamp, statuses: [TaskState]?) throws(StoreError) -> Int {
        try database.first(
            """
            SELECT count(*) FROM task_master AS t WHERE status IN ('completed', 'failed', 'cancelled') AND ended_at < ?1
              AND (?2 IS NULL OR status IN (SELECT value FROM json_each(?2)))
              AND NOT EXISTS (SELECT 1 FROM task_dependency AS d JOIN task_master AS other ON other.task_id = d.task_id
                WHERE d.depends_on = t.task_id AND other.ended_at IS NULL)
            """, limit, TaskFilter(statuses: statuses).statusList
        ) { row throws(StoreError) in try row.get(0) } ?? 0
    }

    /// Deletes at most `limit` ended tasks with all that belongs to them, those first that ended first. What a task that still
    /// waits or runs needs is never touched.
    public func prune(endedBefore moment: Timestamp, statuses: [TaskState]?, limit: Int) throws(StoreError) -> Pruned {
        try write { () throws(StoreError) in
            let tasks = try database.rows(
                """
                SELECT task_id FROM task_master AS t WHERE status IN ('completed', 'failed', 'cancelled')
                  AND ended_at < ?1 AND (?2 IS NULL OR status IN (SELECT value FROM json_each(?2)))
                  AND NOT EXISTS (SELECT 1 FROM task_dependency AS d JOIN task_master AS other
                    ON other.task_id = d.task_id WHERE d.depends_on = t.task_id AND other.ended_at IS NULL)
                ORDER BY ended_at LIMIT ?3
                """, moment, TaskFilter(statuses: statuses).statusList, limit
            ) { row throws(StoreError) -> TaskID in try row.get(0) }
            var files: [String] = []
            for task in tasks {
                for (out, err) in try database.rows(
                    "DELETE FROM task_result WHERE task_id = ?1 RETURNING result_file, stderr_file", task,
                    decode: { row throws(StoreError) in (try row.get(0) as String?, try row.get(1) as String?) })
                { files += [out, err].compactMap(resultFile) }
                try database.run("DELETE FROM task_attempt WHERE task_id = ?1", task)
                try database.run("DELETE FROM task_dependency WHERE task_id = ?1", task)
                // What is left names a task that did not complete: who was cancelled because of it can't be retried.
                try database.run(
                    """
                    DELETE FROM task_dependency WHERE depends_on = ?1
                      AND (any_end OR (SELECT status FROM task_master WHERE task_id = ?1) = 'completed')
                    """, task)
                try database.run("DELETE FROM task_tag WHERE task_id = ?1", task)
                try database.run("DELETE FROM task_payload WHERE task_id = ?1", task)
                try database.run("DELETE FROM notification WHERE task_id = ?1", task)
                try database.run("DELETE FROM task_event WHERE task_id = ?1", task)
                try database.run("DELETE FROM task_master WHERE task_id = ?1", task)
            }
            return Pruned(tasks: tasks.count, files: files)
        }
    }

    /// Gives pages that pruning freed back to the file system, some four megabytes at most.
    public func shrink() throws(StoreError) {
        try write { () throws(StoreError) in try database.run("PRAGMA incremental_vacuum(2000)") }
    }
}
