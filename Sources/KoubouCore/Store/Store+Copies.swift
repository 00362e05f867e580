/// Tasks that differ in their prompt alone, stored by statements that are run once for all of them: five times as fast as one
/// after another.
extension Store {
    /// Stores a task like `task` for each of `prompts`, all or none; they may be claimed from the commit on, and are safe after
    /// `sync()`.
    ///
    /// - Parameter task: has no key: that names one task.
    /// - Returns: the ids, in order.
    public func submit(
        _ task: NewTask, prompts: [[UInt8]], depthLimit: Int = .max, at now: Timestamp
    ) throws(StoreError) -> [TaskID] {
        func asking(_ prompt: [UInt8]) -> NewTask {
            var copy = task
            copy.prompt = prompt
            return copy
        }
        guard let first = prompts.first, let rest = JSONText.texts(prompts.dropFirst()) else {
            // What is no text can't be in JSON.
            return try submit(prompts.map(asking), depthLimit: depthLimit, at: now)
        }
        // Pages that the cache has no room for would be written now, and again with the next task on them.
        try database.run("PRAGMA cache_spill = OFF")
        return try write { () throws(StoreError) in
            let model = try insert(asking(first), depthLimit: depthLimit, at: now).task
            if prompts.count > 1 { try copy(model, prompts: rest, count: prompts.count - 1) }
            return (0..<Int64(prompts.count)).map { TaskID(model.number + $0) }
        }
    }

    /// Inserts `count` copies of the new task `model` after it; `prompts` is a JSON array of theirs.
    private func copy(_ model: TaskID, prompts: String, count: Int) throws(StoreError) {
        try database.run(
            """
            INSERT INTO task_master (task_id, type, status, priority, max_attempts, timeout, slots, waits_for, created_at,
              updated_at, run_at, ended_at, parent, depth)
            SELECT ?1 + 1 + number, type, status, priority, max_attempts, timeout, slots, waits_for, created_at, updated_at, run_at,
              ended_at, parent, depth FROM task_master JOIN (SELECT key AS number FROM json_each(?2)) WHERE task_id = ?1
            """, model, prompts)
        try database.run(
            """
            INSERT INTO task_payload (task_id, title, notify, prompt, cwd, env, metadata, recurring)
            SELECT ?1 + 1 + number, title, notify, own, cwd, env, metadata, recurring
            FROM task_payload JOIN (SELECT key AS number, value AS own FROM json_each(?2)) WHERE task_id = ?1
            """, model, prompts)
        try database.run(
            """
            WITH RECURSIVE copy (task_id) AS (SELECT ?1 + 1 UNION ALL SELECT task_id + 1 FROM copy WHERE task_id < ?1 + ?2)
            INSERT INTO task_tag SELECT tag, copy.task_id FROM (SELECT tag FROM task_tag WHERE task_id = ?1) JOIN copy
            """, model, count)
        try database.run(
            """
            WITH RECURSIVE copy (task_id) AS (SELECT ?1 + 1 UNION ALL SELECT task_id + 1 FROM copy WHERE task_id < ?1 + ?2)
            INSERT INTO task_dependency SELECT copy.task_id, depends_on, any_end
            FROM (SELECT depends_on, any_end FROM task_dependency WHERE task_id = ?1) JOIN copy
            """, model, count)
        try database.run(
            """
            WITH RECURSIVE copy (task_id) AS (SELECT ?1 + 1 UNION ALL SELECT task_id + 1 FROM copy WHERE task_id < ?1 + ?2)
            INSERT INTO task_result (task_id, error) SELECT copy.task_id, error
            FROM (SELECT error FROM task_result WHERE task_id = ?1) JOIN copy
            """, model, count)
    }
}
