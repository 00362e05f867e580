/// What the HTTP gateway asks and tells.
extension Store {
    /// A gateway that runs, or has died without a word.
    public struct Gateway: Sendable {
        public let process: ProcessIdentity
        public let address: String
    }

    public func gateways() throws(StoreError) -> [Gateway] {
        try database.rows("SELECT pid, process, address FROM gateway ORDER BY started_at") { row throws(StoreError) in
            Gateway(process: try ProcessIdentity(row: row), address: try row.get(2))
        }
    }

    /// Enters this process as a gateway, and forgets those that have died.
    public func becomeGateway(_ process: ProcessIdentity, at address: String, since now: Timestamp) throws(StoreError) {
        let dead = try gateways().map(\.process).filter { !$0.isAlive }
        try write { () throws(StoreError) in
            for process in dead { try forget(process) }
            try database.run(
                "INSERT OR REPLACE INTO gateway VALUES (?1, ?2, ?3, ?4)", Int(process.pid), process.start, address, now)
        }
    }

    public func retireGateway(_ process: ProcessIdentity) throws(StoreError) {
        try write { () throws(StoreError) in try forget(process) }
    }

    private func forget(_ process: ProcessIdentity) throws(StoreError) {
        try database.run("DELETE FROM gateway WHERE pid = ?1 AND process = ?2", Int(process.pid), process.start)
    }

    /// Throws when nothing could be stored just now; stores nothing.
    public func checkWritable() throws(StoreError) {
        try refuseGone()
        try write { () throws(StoreError) in () }
    }

    /// Ids of tasks that run, the oldest first.
    public func runningTaskIDs(limit: Int) throws(StoreError) -> [TaskID] {
        try database.rows(
            "SELECT task_id FROM task_master WHERE status = 'in_progress' ORDER BY task_id LIMIT ?1", limit
        ) { row throws(StoreError) in try row.get(0) }
    }

    /// `{"task_id","status"}`, with what was done about it where that is to be told. Nil when there is no such task.
    public func standingJSON(of task: TaskID, outcome: String? = nil) throws(StoreError) -> String? {
        let status: TaskState? = try database.first("SELECT status FROM task_master WHERE task_id = ?1", task) {
            row throws(StoreError) in try row.get(0)
        }
        return status.map { Submitted(task: task, status: $0).json(outcome: outcome) }
    }

    /// The JSON object of a task as lists have it, with a line that tells what it is, and without its environment: that
    /// may hold secrets. Nil when there is no such task.
    public func outwardJSON(of task: TaskID) throws(StoreError) -> String? {
        guard let json = try listJSON(of: task), let summary = try summary(of: task)?.title else { return nil }
        return try database.first(
            "SELECT json_set(json_remove(?1, '$.env', '$.env_base64'), '$.summary', ?2)", json, summary
        ) { row throws(StoreError) in try row.get(0) }
    }

    /// `outwardJSON`, with the prompt and the attempts; of a long prompt only `promptMax` characters. Nil when there is no
    /// such task.
    public func detailJSON(of task: TaskID, promptMax: Int) throws(StoreError) -> String? {
        guard let json = try outwardJSON(of: task), let whole = try taskJSON(of: task) else { return nil }
        return try database.first(
            """
            SELECT json_set(?1, '$.attempts', json_extract(?2, '$.attempts'), '$.children', json_extract(?2, '$.children'),
              '$.prompt', iif(typeof(prompt) = 'text', substr(prompt, 1, ?3), NULL),
              '$.prompt_truncated', json(iif(typeof(prompt) = 'text' AND length(prompt) > ?3, 'true', 'false')))
            FROM task_payload WHERE task_id = ?4
            """, json, whole, promptMax, task
        ) { row throws(StoreError) in try row.get(0) }
    }

    /// Each worker's JSON object without what changes all the time.
    public func workerStates() throws(StoreError) -> [(id: String, json: String)] {
        var states: [(id: String, json: String)] = []
        for json in try workersJSON() {
            let state = try database.first(
                "SELECT json_extract(?1, '$.worker_id'), json_remove(?1, '$.last_heartbeat')", json
            ) { row throws(StoreError) in (id: try row.get(0) as String, json: try row.get(1) as String) }
            if let state { states.append(state) }
        }
        return states
    }

    /// The JSON objects of what the supervisor has decided after `seq`, with their numbers.
    public func decisionsJSON(after seq: Int64) throws(StoreError) -> [(seq: Int64, json: String)] {
        try database.rows(
            """
            SELECT seq, json_object('event', action, 'at', at, 'workers_before', workers_before,
              'workers_after', workers_after, 'pending', pending, 'reason', reason)
            FROM pool_decision WHERE seq > ?1 ORDER BY seq
            """, seq
        ) { row throws(StoreError) in (try row.get(0), try row.get(1)) }
    }

    /// `outwardJSON`, with `result`: how it ended and what it wrote, null before its end.
    /// - Parameter output: what it wrote, as far as that is to be told. Text where it is text, else `output_base64`.
    public func answerJSON(of task: TaskID, output: [UInt8], isCut: Bool) throws(StoreError) -> String? {
        guard let json = try outwardJSON(of: task) else { return nil }
        return try database.first(
            """
            SELECT json_set(?1, '$.result', json(iif(ended_at IS NULL, NULL, json_patch(json_object(
                'success', json(iif(status = 'completed', 'true', 'false')),
                'output', iif(typeof(?3) = 'text', ?3, NULL), 'error', error),
              json_object('output_base64', base64(iif(typeof(?3) = 'blob', ?3, NULL)),
                'output_truncated', json(iif(?4, 'true', NULL)))))))
            FROM task_master LEFT JOIN task_result USING (task_id) WHERE task_id = ?2
            """, json, task, output, isCut
        ) { row throws(StoreError) in try row.get(0) }
    }

    /// The JSON object of `/health`.
    /// - Parameter fault: what is wrong; nil when all is well.
    public func healthJSON(fault: String?, databaseBytes: Int, walBytes: Int, at now: Timestamp) throws(StoreError)
        -> String
    {
        try database.first(
            """
            SELECT json_object('status', iif(?1 IS NULL, 'healthy', 'unhealthy'), 'timestamp', ?2, 'reason', ?1,
              'supervisor', json(?3),
              'database', json_object('path', ?4, 'size', ?5, 'wal_size', ?6),
              'queue', json((SELECT json_group_object(value,
                (SELECT ifnull(sum(n), 0) FROM task_count WHERE status = value)) FROM json_each(?7))))
            """, fault, now.rfc3339, try statusJSON(isRunning: supervisor()?.process.isAlive ?? false), home.database,
            databaseBytes, walBytes, JSONText.array(TaskState.allCases.map { Array($0.rawValue.utf8) })
        ) { row throws(StoreError) in try row.get(0) } ?? "{}"
    }
}

extension Submitted {
    /// `{"task_id","status"}`, with what was done about it where that is to be told.
    public func json(outcome: String? = nil) -> String {
        let told = outcome.map { ",\"outcome\":\(JSONText.quoted($0))" } ?? ""
        return "{\"task_id\":\(task),\"status\":\"\(status.rawValue)\"\(told)}"
    }
}
