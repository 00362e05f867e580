/// What a task does from its inside: tells how far it is, and hands in tasks of its own.
extension Store {
    /// Notes how far an attempt says that it is, as an event too. Telling the same again costs nothing.
    ///
    /// - Throws: `claimLost` when the attempt is not the one that counts.
    public func note(progress: Int, _ message: String?, of task: TaskID, claim: Int64, at now: Timestamp)
        throws(StoreError)
    {
        try write { () throws(StoreError) in
            let running = try database.first(
                """
                SELECT progress IS ?3 AND progress_message IS ?4 FROM task_master
                WHERE task_id = ?1 AND claim = ?2 AND status = 'in_progress'
                """, task, claim, progress, message
            ) { row throws(StoreError) -> Bool in try row.get(0) }
            guard let isTold = running else { throw .claimLost(task) }
            if isTold { return }
            try database.run(
                "UPDATE task_master SET progress = ?2, progress_message = ?3 WHERE task_id = ?1", task, progress,
                message)
            try database.run(
                """
                INSERT INTO task_event (task_id, at, from_status, to_status, worker_id, attempt, detail)
                SELECT task_id, ?2, status, status, worker_id, attempt, ?3 FROM task_master WHERE task_id = ?1
                """, task, now, "\(progress)%" + (message.map { " " + $0 } ?? ""))
        }
    }

    /// True when a task that runs has handed in one that is pending.
    public func childWaits() throws(StoreError) -> Bool {
        try database.first(
            """
            SELECT EXISTS (SELECT 1 FROM task_master AS parent JOIN task_master AS child ON child.parent = parent.task_id
              WHERE parent.status = 'in_progress' AND child.status = 'pending')
            """
        ) { row throws(StoreError) in try row.get(0) } ?? false
    }

    /// How deep a task lies that `parent` hands in, inside of a transaction; nil when there is no such task any more.
    func depthBelow(_ parent: TaskID, limit: Int) throws(StoreError) -> Int? {
        let found = try database.first(
            "SELECT depth, cancel_requested OR status = 'cancelled' FROM task_master WHERE task_id = ?1", parent
        ) { row throws(StoreError) in (depth: try row.get(0) as Int, isCancelled: try row.get(1) as Bool) }
        guard let found else { return nil }
        // What it hands in now would be handed in too late to be cancelled with it.
        if found.isCancelled { throw .parentCancelled(parent) }
        guard found.depth < limit else { throw .tooDeep(parent: parent, limit: limit) }
        return found.depth + 1
    }
}
