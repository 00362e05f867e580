/// What imported tasks depend on.
extension Store {
    /// Brings the dependencies of the task `id`, which was just imported, into line with this queue: they follow their
    /// tasks to new ids, and a blocked task waits for those that have not ended here.
    ///
    /// One that was pruned before the export had ended, and is missed by nobody.
    func adoptDependencies(of id: TaskID, _ newIDs: [TaskID: TaskID]?, at now: Timestamp) throws(StoreError) {
        let waitsFor: Int =
            try database.first("SELECT waits_for FROM task_master WHERE task_id = ?1", id) { row throws(StoreError) in
                try row.get(0)
            } ?? 0
        let dependencies = try database.rows(
            "SELECT depends_on, any_end FROM task_dependency WHERE task_id = ?1", id
        ) { row throws(StoreError) in (task: try row.get(0) as TaskID, isAnyEndEnough: try row.get(1) as Bool) }
        if waitsFor == 0, dependencies.isEmpty { return }
        if let newIDs {
            try database.run("DELETE FROM task_dependency WHERE task_id = ?1", id)
            for (task, isAnyEndEnough) in dependencies {
                try database.run(
                    """
                    INSERT OR IGNORE INTO task_dependency SELECT ?1, task_id, ?3 FROM task_master WHERE task_id = ?2
                    """, id, newIDs[task] ?? task, isAnyEndEnough)
            }
        } else if let younger = dependencies.first(where: { $0.task >= id }) {
            throw .notImportable(
                what: "it depends on task \(younger.task), which is not older", remedy: "leave that out")
        }
        if waitsFor > 0 { try standAgain(id, waitsFor, on: dependencies.map { newIDs?[$0.task] ?? $0.task }, at: now) }
    }

    /// Blocks, frees or cancels a task that was blocked by `waitsFor` of `dependencies` where it was exported.
    private func standAgain(_ id: TaskID, _ waitsFor: Int, on dependencies: [TaskID], at now: Timestamp)
        throws(StoreError)
    {
        // One that had failed before it was blocked, by a retry, waits to be retried itself.
        let hopeless = try database.first(
            """
            SELECT t.task_id, t.status FROM task_dependency AS d JOIN task_master AS t ON t.task_id = d.depends_on
            JOIN task_master AS own ON own.task_id = d.task_id
            WHERE d.task_id = ?1 AND NOT any_end AND t.status IN ('failed', 'cancelled') AND t.ended_at > own.updated_at
            ORDER BY t.task_id
            """, id
        ) { row throws(StoreError) in Self.reason(try row.get(0), try row.get(1)) }
        if let hopeless { return try cancelWaiting(id, because: hopeless, at: now) }
        let unmet = try unmetDependencies(of: id)
        if unmet < waitsFor, let missing = try missing(dependencies) {
            throw .notImportable(
                what: "it waits for task \(missing), which is neither in the queue nor on a line before",
                remedy: "export that one too, before it")
        }
        try database.run(
            """
            UPDATE task_master SET waits_for = ?2, status = CASE WHEN ?2 > 0 THEN 'blocked'
              WHEN run_at > ?3 THEN 'scheduled' ELSE 'pending' END
            WHERE task_id = ?1
            """, id, unmet, now)
    }

    private func missing(_ tasks: [TaskID]) throws(StoreError) -> TaskID? {
        do { _ = try states(of: tasks) } catch .noSuchTask(let missing) { return missing.first }
        return nil
    }
}
