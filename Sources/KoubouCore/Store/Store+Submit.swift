extension Store {
    /// Stores all `tasks`, or none; they may be claimed from the commit on, and are safe after `sync()`.
    /// - Returns: the ids, in order.
    public func submit(_ tasks: some Sequence<NewTask>, at now: Timestamp) throws(StoreError) -> [TaskID] {
        try write { () throws(StoreError) in
            var ids: [TaskID] = []
            for task in tasks { ids.append(try insert(task, at: now)) }
            return ids
        }
    }

    private func insert(_ task: NewTask, at now: Timestamp) throws(StoreError) -> TaskID {
        try database.run(
            """
            INSERT INTO task_master (type, status, priority, max_attempts, timeout, created_at, updated_at)
            VALUES (?1, 'pending', ?2, ?3, ?4, ?5, ?5)
            """, task.type, task.priority.number, task.maxAttempts, task.timeout, now)
        let id = TaskID(database.lastInsertID)
        try database.run(
            """
            INSERT INTO task_payload (task_id, title, prompt, argv, cwd, env) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """, id, task.title, task.prompt, task.argv.map(WordColumn.init(array:)), task.cwd,
            WordColumn(object: task.env))
        for tag in task.tags {
            try database.run("INSERT OR IGNORE INTO task_tag (tag, task_id) VALUES (?1, ?2)", tag, id)
        }
        return id
    }

    /// Who is to be signalled now that `count` tasks were added: as many idle workers, and the supervisor.
    public func processesToWake(forTasks count: Int) throws(StoreError) -> [ProcessIdentity] {
        try idleWorkers(atMost: count) + [try supervisor()?.process].compactMap { $0 }
    }

    /// Processes of idle workers, the lowest slots first.
    public func idleWorkers(atMost count: Int) throws(StoreError) -> [ProcessIdentity] {
        try database.rows(
            """
            SELECT pid, process FROM workers WHERE status = 'idle' ORDER BY length(worker_id), worker_id LIMIT ?1
            """, count, decode: ProcessIdentity.init(row:))
    }
}

extension ProcessIdentity {
    /// From the columns `pid, process`.
    init(row: Row) throws(StoreError) {
        self.init(pid: Int32(truncatingIfNeeded: try row.get(0) as Int), start: try row.get(1))
    }
}
