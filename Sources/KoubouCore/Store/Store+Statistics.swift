extension Store {
    /// How many tasks there are of each type in each state; only what there is.
    public func taskCounts() throws(StoreError) -> [(type: String, status: TaskState, count: Int)] {
        try database.rows("SELECT type, status, n FROM task_count WHERE n > 0 ORDER BY type, status") {
            row throws(StoreError) in
            (try row.get(0), try row.get(1), try row.get(2))
        }
    }

    /// The JSON object of `stats`: tasks by status, and under `by_type` by type and status; workers by status; the
    /// pool's limits, those of the running supervisor or else `limits`; tasks that ended a second, times of tasks by
    /// type, and what the supervisor decided, as of `now`.
    public func statisticsJSON(limits: PoolLimits, at now: Timestamp) throws(StoreError) -> String {
        let throughput = try throughput(at: now)
        return try database.first(
            """
            SELECT json_object(
              'tasks', json_patch((SELECT json_group_object(value, (SELECT ifnull(sum(n), 0) FROM task_count WHERE status = value))
                  FROM json_each(?1)),
                json_object('by_type', json((SELECT ifnull(json_group_object(type, json(counts)), '{}') FROM (
                  SELECT type, json_group_object(status, n) AS counts FROM task_count WHERE n > 0 GROUP BY type))))),
              'workers', json((SELECT json_group_object(value, (SELECT count(*) FROM workers WHERE status = value))
                  FROM json_each(?2))),
              'pool', json(?3),
              'throughput', json_object('last_1m', round(?4 / 60.0, 3), 'last_5m', round(?5 / 300.0, 3),
                'last_15m', round(?6 / 900.0, 3)),
              'latency', json(?7),
              'decisions', json((SELECT json_group_array(json_object('at', at, 'action', action,
                  'workers_before', workers_before, 'workers_after', workers_after, 'pending', pending,
                  'reason', reason)) FROM (SELECT * FROM (
                SELECT * FROM pool_decision ORDER BY seq DESC LIMIT 20) ORDER BY seq))))
            """, JSONText.array(TaskState.allCases.map { Array($0.rawValue.utf8) }),
            JSONText.array(WorkerStatus.allCases.map { Array($0.rawValue.utf8) }), try poolJSON(limits: limits),
            throughput.minute, throughput.fiveMinutes, throughput.quarter,
            "[" + (try latencies(at: now)).map(\.json).joined(separator: ",") + "]"
        ) {
            row throws(StoreError) in try row.get(0)
        } ?? "{}"
    }

    /// The JSON object of the pool: the limits of the running supervisor, or else `limits`; what keeps it from its
    /// work; which types are paused.
    public func poolJSON(limits: PoolLimits) throws(StoreError) -> String {
        try database.first(
            """
            SELECT json_object('min', ifnull(s.min, ?1), 'max', ifnull(s.max, ?2),
              'threshold', iif(threshold = CAST(threshold AS INTEGER), CAST(threshold AS INTEGER), threshold),
              'idle_timeout', iif(idle = CAST(idle AS INTEGER), CAST(idle AS INTEGER), idle), 'policy', policy,
              'target_wait', iif(target = CAST(target AS INTEGER), CAST(target AS INTEGER), target), 'note', note,
              'paused', json((SELECT json_group_array(iif(type = '', 'all', type)) FROM paused)))
            FROM (SELECT s.min, s.max, s.note, ifnull(s.threshold, ?3) AS threshold, ifnull(s.idle_timeout, ?4) AS idle,
                ifnull(s.policy, ?6) AS policy, ifnull(s.target_wait, ?7) AS target
              FROM (SELECT 1) LEFT JOIN supervisor AS s ON ?5) AS s
            """, limits.workers.lowerBound, limits.workers.upperBound, limits.scaleUpThreshold, limits.idleTimeout,
            try supervisor()?.process.isAlive ?? false, limits.policy, limits.targetWait
        ) { row throws(StoreError) in try row.get(0) } ?? "{}"
    }

    /// The JSON objects of all workers, by slot.
    public func workersJSON() throws(StoreError) -> [String] {
        try database.rows(
            """
            SELECT json_object('worker_id', worker_id, 'pid', pid, 'status', status, 'task_id', task_id,
              'tasks_completed', tasks_completed, 'tasks_failed', tasks_failed, 'started_at', started_at,
              'last_heartbeat', last_heartbeat, 'task_title',
                (SELECT title FROM task_payload AS p WHERE p.task_id = workers.task_id),
              'task_started_at', (SELECT started_at FROM task_master AS t WHERE t.task_id = workers.task_id))
            FROM workers ORDER BY length(worker_id), worker_id
            """
        ) { row throws(StoreError) in try row.get(0) }
    }
}

extension Store {
    /// The JSON object of `status`.
    public func statusJSON(isRunning: Bool) throws(StoreError) -> String {
        try database.first(
            """
            SELECT json_object('running', json(iif(?1, 'true', 'false')), 'pid', s.pid, 'started_at', s.started_at,
              'note', s.note, 'workers', (SELECT count(*) FROM workers), 'home', ?2)
            FROM (SELECT 1) LEFT JOIN supervisor AS s ON ?1
            """, isRunning, home.path
        ) { row throws(StoreError) in try row.get(0) } ?? "{}"
    }
}
