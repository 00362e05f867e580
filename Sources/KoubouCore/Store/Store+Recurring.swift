/// Tasks that recur: a template, and when it is due next.
extension Store {
    /// One of them, as a line of a table shows it.
    public struct Recurring: Sendable {
        public let number: Int64
        public let spec: String
        public let nextAt: Timestamp
        /// The last run.
        public let lastTask: TaskID?
        public let type: String
        /// What was given, else the beginning of the words or the prompt.
        public let title: String
    }

    /// What became of one that was due.
    public struct RecurringRun: Sendable {
        public let number: Int64
        /// Nil when it was left out, as the run before it has not ended.
        public let task: TaskID?
    }

    /// Keeps `task` to be handed in again and again, as `spec` says, for the first time at `first`.
    /// - Returns: the number of the recurring task.
    public func addRecurring(_ spec: String, _ task: NewTask, first: Timestamp) throws(StoreError) -> Int64 {
        try write { () throws(StoreError) in
            try database.run(
                """
                INSERT INTO recurring (spec, next_at, type, priority, max_attempts, timeout, slots, title, prompt, argv,
                  cwd, env, metadata, tags)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
                """, spec, first, task.type, task.priority.number, task.maxAttempts, task.timeout, task.slots,
                task.title, task.prompt, task.argv.map(WordColumn.init(array:)), task.cwd,
                WordColumn(object: task.env), JSONText.object(task.metadata),
                JSONText.array(task.tags.map { Array($0.utf8) }))
            return database.lastInsertID
        }
    }

    /// Ends a recurring task; the tasks that it has brought about stay.
    public func removeRecurring(_ number: Int64) throws(StoreError) {
        try write { () throws(StoreError) in
            try database.run("DELETE FROM recurring WHERE number = ?1", number)
            guard database.changes == 1 else { throw .noSuchRecurring(number) }
        }
    }

    public func recurring() throws(StoreError) -> [Recurring] {
        try database.rows(
            """
            SELECT number, spec, next_at, last_task_id, type, substr(coalesce(title,
                (SELECT group_concat(value, ' ') FROM json_each(iif(typeof(argv) = 'text', argv, '[]'))),
                iif(typeof(prompt) = 'text' AND argv IS NULL, prompt, NULL), ''), 1, 200)
            FROM recurring ORDER BY number
            """
        ) { row throws(StoreError) in
            Recurring(
                number: try row.get(0), spec: try row.get(1), nextAt: try row.get(2), lastTask: try row.get(3),
                type: try row.get(4), title: try row.get(5))
        }
    }

    /// The JSON objects of all recurring tasks, with the fields of a task where it has them.
    public func recurringJSON() throws(StoreError) -> [String] {
        try database.rows(
            """
            SELECT json_patch(json_object('number', number, 'spec', spec, 'next_at', next_at, 'last_task_id', last_task_id,
              'type', type, 'priority', priority, 'title', title, 'prompt', iif(typeof(prompt) = 'text', prompt, NULL),
              'argv', json(iif(typeof(argv) = 'text', argv, NULL)), 'cwd', iif(typeof(cwd) = 'text', cwd, NULL),
              'env', json(iif(typeof(env) = 'text', env, NULL)), 'tags', json(tags), 'metadata', json(metadata),
              'slots', slots, 'max_attempts', max_attempts,
              'timeout', iif(timeout = CAST(timeout AS INTEGER), CAST(timeout AS INTEGER), timeout)), json_object(
              'prompt_base64', base64(iif(typeof(prompt) = 'blob', prompt, NULL)),
              'argv_base64', base64(iif(typeof(argv) = 'blob', argv, NULL)),
              'cwd_base64', base64(iif(typeof(cwd) = 'blob', cwd, NULL)),
              'env_base64', base64(iif(typeof(env) = 'blob', env, NULL))))
            FROM recurring ORDER BY number
            """
        ) { row throws(StoreError) in try row.get(0) }
    }

    /// When the next one is due.
    func nextRecurring() throws(StoreError) -> Timestamp? {
        try database.first("SELECT next_at FROM recurring ORDER BY next_at LIMIT 1") { row throws(StoreError) in
            try row.get(0)
        }
    }

    /// Hands in what is due, inside of a transaction: once, however often it was missed, and not while the run before
    /// it waits or runs.
    func handInRecurring(at now: Timestamp, in zone: LocalZone) throws(StoreError) -> [RecurringRun] {
        let due = try database.rows(
            "SELECT number, spec, next_at, last_task_id FROM recurring WHERE next_at <= ?1 ORDER BY next_at, number",
            now
        ) { row throws(StoreError) in
            (
                number: try row.get(0) as Int64, spec: try row.get(1) as String, at: try row.get(2) as Timestamp,
                last: try row.get(3) as TaskID?
            )
        }
        var runs: [RecurringRun] = []
        for (number, spec, at, last) in due {
            guard let recurrence = try? Recurrence(spec) else {
                throw .malformed(column: 1, expected: "recurrence", sql: "recurring")
            }
            let task = try hasEnded(last) ? insert(try template(of: number), at: now).task : nil
            try database.run(
                "UPDATE recurring SET next_at = ?2, last_task_id = ifnull(?3, last_task_id) WHERE number = ?1", number,
                recurrence.next(after: now, since: at, in: zone), task)
            runs.append(RecurringRun(number: number, task: task))
        }
        return runs
    }

    private func hasEnded(_ task: TaskID?) throws(StoreError) -> Bool {
        guard let task else { return true }
        return try database.first("SELECT status FROM task_master WHERE task_id = ?1", task) {
            row throws(StoreError) -> TaskState in try row.get(0)
        }?.isEnded ?? true
    }

    private func template(of number: Int64) throws(StoreError) -> NewTask {
        let found = try database.first(
            """
            SELECT type, cwd, priority, max_attempts, timeout, slots, title, prompt, argv, env, metadata, tags
            FROM recurring WHERE number = ?1
            """, number
        ) { row throws(StoreError) in
            var task = NewTask(type: try row.get(0), cwd: try row.get(1))
            task.priority = Priority(try row.get(2)) ?? .standard
            (task.maxAttempts, task.timeout, task.slots) = (try row.get(3), try row.get(4), try row.get(5))
            (task.title, task.prompt, task.recurring) = (try row.get(6), try row.get(7), number)
            return (
                task: task, argv: try row.get(8) as WordColumn?, env: try row.get(9) as WordColumn,
                metadata: try row.get(10) as String, tags: try row.get(11) as String
            )
        }
        guard let found else { throw .noSuchRecurring(number) }
        var task = found.task
        task.argv = try found.argv.map { column throws(StoreError) in try words(column) }
        task.env = try assignments(found.env)
        task.metadata = try assignments(.json(found.metadata))
        task.tags = try json.elements(ofJSON: found.tags)
        return task
    }
}
