/// Which tasks a list shows; nil: whatever it is.
public struct TaskFilter: Sendable {
    public var statuses: [TaskState]?
    public var types: [String]?
    /// Any of them is enough.
    public var tags: [String]?

    public init(statuses: [TaskState]? = nil, types: [String]? = nil, tags: [String]? = nil) {
        (self.statuses, self.types, self.tags) = (statuses, types, tags)
    }

    /// True for a filter that all tasks pass.
    public var isOpen: Bool { statuses == nil && types == nil && tags == nil }
}

/// A task as a line of a table shows it.
public struct TaskSummary: Sendable {
    public let id: TaskID
    public let type: String
    public let status: TaskState
    public let priority: Int
    public let attempt: Int
    public let worker: String?
    public let createdAt: Timestamp
    public let startedAt: Timestamp?
    public let endedAt: Timestamp?
    /// When a scheduled task is due; nil when that is up to a person.
    public let runAt: Timestamp?
    /// What was given, else the beginning of the words or the prompt.
    public let title: String
    /// Per cent, as its attempt has told; nil: it does not run, or has told nothing.
    public let progress: Int?
}

/// How a task ended, for an exit status.
public struct TaskEnd: Sendable {
    public let status: TaskState
    public let exitStatus: Int?
    public let signal: Int?
    public let outcome: AttemptOutcome?
    public let error: String?
}

extension Store {
    /// Ids of tasks that pass `filter`, rising, after `last`; at most `limit` of them, so that no read is long.
    public func taskIDs(_ filter: TaskFilter, after last: TaskID, limit: Int) throws(StoreError) -> [TaskID] {
        try database.rows(
            """
            SELECT task_id FROM task_master WHERE task_id > ?4
              AND (?1 IS NULL OR status IN (SELECT value FROM json_each(?1)))
              AND (?2 IS NULL OR type IN (SELECT value FROM json_each(?2)))
              AND (?3 IS NULL OR task_id IN
                (SELECT task_id FROM task_tag WHERE tag IN (SELECT value FROM json_each(?3))))
            ORDER BY task_id LIMIT ?5
            """, filter.statusList, filter.typeList, filter.tagList, last, limit
        ) { row throws(StoreError) in try row.get(0) }
    }

    /// Ids of the newest `limit` tasks that pass `filter`, rising.
    /// - Parameter end: only tasks that are older than this one; nil: from the newest on.
    public func newestTaskIDs(_ filter: TaskFilter, before end: TaskID? = nil, limit: Int) throws(StoreError)
        -> [TaskID]
    {
        try database.rows(
            """
            SELECT task_id FROM task_master WHERE (?1 IS NULL OR status IN (SELECT value FROM json_each(?1)))
              AND (?2 IS NULL OR type IN (SELECT value FROM json_each(?2)))
              AND (?3 IS NULL OR task_id IN
                (SELECT task_id FROM task_tag WHERE tag IN (SELECT value FROM json_each(?3))))
              AND task_id < ifnull(?5, 9223372036854775807)
            ORDER BY task_id DESC LIMIT ?4
            """, filter.statusList, filter.typeList, filter.tagList, limit, end
        ) { row throws(StoreError) in try row.get(0) }.reversed()
    }

    /// Those of them that are there, as they all were at one moment.
    public func summaries(of tasks: [TaskID]) throws(StoreError) -> [TaskSummary] {
        try snapshot { () throws(StoreError) in
            try tasks.map { id throws(StoreError) in try summary(of: id) }.compactMap(\.self)
        }
    }

    public func summary(of task: TaskID) throws(StoreError) -> TaskSummary? {
        try database.first(
            """
            SELECT task_id, type, status, priority, attempt, worker_id, created_at, started_at, ended_at, run_at,
              substr(coalesce(title,
                (SELECT group_concat(value, ' ') FROM json_each(iif(typeof(argv) = 'text', argv, '[]'))),
                iif(typeof(prompt) = 'text' AND argv IS NULL, prompt, NULL), ''), 1, 200),
              iif(status = 'in_progress', progress, NULL)
            FROM task_master JOIN task_payload USING (task_id) WHERE task_id = ?1
            """, task
        ) { row throws(StoreError) in
            TaskSummary(
                id: try row.get(0), type: try row.get(1), status: try row.get(2), priority: try row.get(3),
                attempt: try row.get(4), worker: try row.get(5), createdAt: try row.get(6),
                startedAt: try row.get(7), endedAt: try row.get(8), runAt: try row.get(9), title: try row.get(10),
                progress: try row.get(11))
        }
    }

    /// The JSON object of a task as lists have it: without prompt, result, stderr. Nil when there is no such task.
    public func listJSON(of task: TaskID) throws(StoreError) -> String? {
        let found = try listObject(of: task)
        return found.isThere ? found.json : nil
    }

    /// The names of the fields that lists have for every task.
    public func listFields() throws(StoreError) -> [String] {
        try members(ofJSON: listObject(of: TaskID(0)).json).map(\.key)
    }

    /// Of a task that isn't there the object has its fields too, all null.
    private func listObject(of task: TaskID) throws(StoreError) -> (isThere: Bool, json: String) {
        try database.first(
            """
            SELECT t.task_id IS NOT NULL, json_patch(json_object(
              'task_id', t.task_id, 'type', type, 'status', status, 'priority', priority, 'title', title,
              'argv', json(iif(typeof(argv) = 'text', argv, NULL)), 'cwd', iif(typeof(cwd) = 'text', cwd, NULL),
              'env', json(iif(typeof(env) = 'text', env, NULL)),
              'tags', json((SELECT json_group_array(tag) FROM task_tag WHERE task_id = t.task_id)),
              'metadata', json(metadata), 'slots', slots, 'key', key, 'recurring', recurring,
              'parent', parent, 'notify', json(notify),
              'after', json((SELECT json_group_array(depends_on) FROM task_dependency
                WHERE task_id = t.task_id AND NOT any_end)),
              'after_any', json((SELECT json_group_array(depends_on) FROM task_dependency
                WHERE task_id = t.task_id AND any_end)),
              'attempt', attempt, 'max_attempts', max_attempts, 'progress', progress,
              'progress_message', progress_message, 'timeout', iif(timeout = CAST(timeout AS INTEGER), CAST(timeout AS INTEGER), timeout),
              'created_at', created_at, 'updated_at', updated_at, 'run_at', run_at, 'started_at', started_at,
              'ended_at', ended_at, 'worker_id', worker_id, 'pid', pid, 'exit_status', exit_status, 'signal', signal,
              'error', error), json_object(
              'argv_base64', base64(iif(typeof(argv) = 'blob', argv, NULL)),
              'cwd_base64', base64(iif(typeof(cwd) = 'blob', cwd, NULL)),
              'env_base64', base64(iif(typeof(env) = 'blob', env, NULL))))
            FROM (SELECT ?1 AS task_id) AS wanted LEFT JOIN task_master AS t USING (task_id)
            LEFT JOIN task_payload AS p USING (task_id) LEFT JOIN task_result AS r USING (task_id)
            """, task
        ) { row throws(StoreError) in (try row.get(0), try row.get(1)) } ?? (false, "{}")
    }

    /// The whole JSON object of a task, with its attempts. Nil when there is no such task.
    ///
    /// Output that is too large for the database is not in it: `result_file` and `stderr_file` say where it is.
    public func taskJSON(of task: TaskID) throws(StoreError) -> String? {
        try database.first(
            """
            SELECT json_patch(json_object(
              'task_id', t.task_id, 'type', type, 'status', status, 'priority', priority, 'title', title,
              'prompt', iif(typeof(prompt) = 'text', prompt, NULL),
              'argv', json(iif(typeof(argv) = 'text', argv, NULL)), 'cwd', iif(typeof(cwd) = 'text', cwd, NULL),
              'env', json(iif(typeof(env) = 'text', env, NULL)),
              'tags', json((SELECT json_group_array(tag) FROM task_tag WHERE task_id = t.task_id)),
              'metadata', json(metadata), 'slots', slots, 'key', key, 'recurring', recurring,
              'parent', parent,
              'children', json((SELECT json_group_array(task_id) FROM task_master AS c WHERE c.parent = t.task_id)), 'notify', json(notify),
              'after', json((SELECT json_group_array(depends_on) FROM task_dependency
                WHERE task_id = t.task_id AND NOT any_end)),
              'after_any', json((SELECT json_group_array(depends_on) FROM task_dependency
                WHERE task_id = t.task_id AND any_end)),
              'attempt', attempt, 'max_attempts', max_attempts, 'progress', progress,
              'progress_message', progress_message, 'timeout', iif(timeout = CAST(timeout AS INTEGER), CAST(timeout AS INTEGER), timeout),
              'created_at', created_at, 'updated_at', updated_at, 'run_at', run_at, 'started_at', started_at,
              'ended_at', ended_at, 'worker_id', worker_id, 'pid', pid, 'exit_status', exit_status, 'signal', signal,
              'error', error, 'result', iif(typeof(result) = 'text', result, NULL),
              'stderr', iif(typeof(stderr) = 'text', stderr, NULL),
              'attempts', json((SELECT json_group_array(json_object(
                'attempt', attempt, 'worker_id', worker_id, 'outcome', outcome, 'started_at', started_at,
                'ended_at', ended_at, 'exit_status', exit_status, 'signal', signal, 'cpu_time', cpu_time,
                'peak_memory', peak_memory, 'error', error, 'stderr', iif(typeof(stderr) = 'text', stderr, NULL),
                'stderr_base64', base64(iif(typeof(stderr) = 'blob', stderr, NULL))))
                FROM (SELECT * FROM task_attempt WHERE task_id = t.task_id ORDER BY claim)))), json_object(
              'prompt_base64', base64(iif(typeof(prompt) = 'blob', prompt, NULL)),
              'argv_base64', base64(iif(typeof(argv) = 'blob', argv, NULL)),
              'cwd_base64', base64(iif(typeof(cwd) = 'blob', cwd, NULL)),
              'env_base64', base64(iif(typeof(env) = 'blob', env, NULL)),
              'result_base64', base64(iif(typeof(result) = 'blob', result, NULL)), 'result_file', ?2 || '/' || result_file,
              'stderr_base64', base64(iif(typeof(stderr) = 'blob', stderr, NULL)), 'stderr_file', ?2 || '/' || stderr_file))
            FROM task_master AS t JOIN task_payload AS p USING (task_id) LEFT JOIN task_result AS r USING (task_id)
            WHERE t.task_id = ?1
            """, task, home.results
        ) { row throws(StoreError) in try row.get(0) }
    }

    /// How a task stands or has ended; nil when there is no such task.
    public func end(of task: TaskID) throws(StoreError) -> TaskEnd? {
        try database.first(
            """
            SELECT t.status, t.exit_status, t.signal, a.outcome, r.error FROM task_master AS t
            LEFT JOIN task_attempt AS a ON a.task_id = t.task_id AND a.claim = t.claim
            LEFT JOIN task_result AS r ON r.task_id = t.task_id WHERE t.task_id = ?1
            """, task
        ) { row throws(StoreError) in
            TaskEnd(
                status: try row.get(0), exitStatus: try row.get(1), signal: try row.get(2), outcome: try row.get(3),
                error: try row.get(4))
        }
    }

    /// The state of a task and its last claim; nil when there is no such task.
    public func progress(of task: TaskID) throws(StoreError) -> (status: TaskState, claim: Int64?)? {
        try database.first("SELECT status, claim FROM task_master WHERE task_id = ?1", task) { row throws(StoreError) in
            (try row.get(0), try row.get(1))
        }
    }

    /// Where the file `name` of a row lies: rows hold names alone, so that a home can be moved, copied and reached by
    /// more than one path.
    func resultFile(_ name: String?) -> String? { name.map { home.results + "/" + fileName(of: $0) } }

    /// What an ended task left on stdout and stderr; nil when there is no record of an attempt.
    public func output(of task: TaskID) throws(StoreError) -> (stdout: AttemptEnd.Output, stderr: AttemptEnd.Output)? {
        try database.first("SELECT result, result_file, stderr, stderr_file FROM task_result WHERE task_id = ?1", task)
        {
            row throws(StoreError) in
            (
                AttemptEnd.Output(inline: try row.get(0), path: try resultFile(row.get(1))),
                AttemptEnd.Output(inline: try row.get(2), path: try resultFile(row.get(3)))
            )
        }
    }
}

extension TaskFilter {
    var statusList: String? {
        statuses.map { "[" + $0.map { "\"\($0.rawValue)\"" }.joined(separator: ",") + "]" }
    }

    var typeList: String? { Self.list(types) }
    var tagList: String? { Self.list(tags) }

    private static func list(_ words: [String]?) -> String? {
        words.map { JSONText.array(of: $0.map(JSONText.quoted)) }
    }
}

extension AttemptEnd.Output {
    fileprivate init(inline: [UInt8]?, path: String?) {
        self = inline.map { .bytes($0) } ?? path.map { .file($0) } ?? .none
    }
}
