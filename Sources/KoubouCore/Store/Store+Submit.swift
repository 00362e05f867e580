/// A task that was handed in.
public struct Submitted: Sendable {
    public let task: TaskID
    public let status: TaskState
}

extension Store {
    /// Stores all `tasks`, or none; they may be claimed from the commit on, and are safe after `sync()`.
    ///
    /// - Parameter depthLimit: how deep tasks may hand in tasks that hand in tasks.
    /// - Returns: the ids, in order; instead of a task whose key is taken, the one that has it.
    public func submit(
        _ tasks: [NewTask], depthLimit: Int = .max, at now: Timestamp
    ) throws(StoreError) -> [TaskID] {
        try submitTelling(tasks, depthLimit: depthLimit, at: now).map(\.task)
    }

    /// As `submit`, and tells how each of them stood at the commit.
    public func submitTelling(
        _ tasks: [NewTask], depthLimit: Int = .max, at now: Timestamp
    ) throws(StoreError) -> [Submitted] {
        try write { () throws(StoreError) in
            var submitted: [Submitted] = []
            for task in tasks {
                if let holder = try holder(ofKeyOf: task, at: now) {
                    submitted.append(holder)
                } else {
                    submitted.append(try insert(task, depthLimit: depthLimit, at: now))
                }
            }
            return submitted
        }
    }

    /// Inside of a transaction.
    func insert(_ task: NewTask, depthLimit: Int = .max, at now: Timestamp) throws(StoreError) -> Submitted {
        let depth =
            try task.parent.map { parent throws(StoreError) in try depthBelow(parent, limit: depthLimit) } ?? nil
        var metadata = task.metadata
        if let earlier = task.continues { metadata.append(try continuation(of: earlier, type: task.type)) }
        let (status, waitsFor, error): (TaskState, Int, String?) =
            switch try standing(of: task) {
            case .free: (task.runAt.map { $0 > now } ?? false ? .scheduled : .pending, 0, nil)
            case .waits(let count): (.blocked, count, nil)
            case .hopeless(let reason): (.cancelled, 0, reason)
            }
        try database.run(
            """
            INSERT INTO task_master (type, status, priority, max_attempts, timeout, slots, waits_for, key, created_at,
              updated_at, run_at, ended_at, parent, depth)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11, ?12, ?13)
            """, task.type, status, task.priority.number, task.maxAttempts, task.timeout, task.slots, waitsFor,
            task.key, now, task.runAt, status.isEnded ? now : nil, depth.flatMap { _ in task.parent }, depth ?? 0)
        let id = TaskID(database.lastInsertID)
        try database.run(
            """
            INSERT INTO task_payload (task_id, title, notify, prompt, argv, cwd, env, metadata, recurring)
            VALUES (?1, ?2, ?9, ?3, ?4, ?5, ?6, ?7, ?8)
            """, id, task.title, task.prompt, task.argv.map(WordColumn.init(array:)), task.cwd,
            WordColumn(object: task.env), JSONText.object(metadata), task.recurring,
            task.notify.map { words in JSONText.array(words.map { Array($0.utf8) }) } ?? nil)
        try insertDependencies(of: id, task)
        if let error { try database.run("INSERT INTO task_result (task_id, error) VALUES (?1, ?2)", id, error) }
        for tag in task.tags {
            try database.run("INSERT OR IGNORE INTO task_tag (tag, task_id) VALUES (?1, ?2)", tag, id)
        }
        return Submitted(task: id, status: status)
    }

    /// Who is to be signalled now that `count` tasks were added: as many idle workers, and the supervisor where these are too
    /// few, as the pool may have to grow.
    public func processesToWake(forTasks count: Int) throws(StoreError) -> [ProcessIdentity] {
        let idle = try idleWorkers(atMost: count)
        guard idle.count < count, let supervisor = try supervisor()?.process else { return idle }
        return idle + [supervisor]
    }

    /// Processes of idle workers, the lowest slots first.
    public func idleWorkers(atMost count: Int) throws(StoreError) -> [ProcessIdentity] {
        let idle = try database.rows("SELECT pid, process, worker_id FROM workers WHERE status = 'idle'") {
            row throws(StoreError) in
            (process: try ProcessIdentity(row: row), worker: try row.get(2) as String)
        }
        let inOrder = idle.sorted { ($0.worker.utf8.count, $0.worker) < ($1.worker.utf8.count, $1.worker) }
        return inOrder.prefix(count).map(\.process)
    }
}

extension ProcessIdentity {
    /// From the columns `pid, process`.
    init(row: Row) throws(StoreError) {
        self.init(pid: Int32(truncatingIfNeeded: try row.get(0) as Int), start: try row.get(1))
    }
}
