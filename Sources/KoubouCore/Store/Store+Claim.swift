extension Store {
    /// What a worker finds when it looks for work.
    public enum Work: Sendable {
        case claimed(Claim)
        /// Nothing may run now; the next scheduled task is due then.
        case nothing(next: Timestamp?)
        /// The worker's row is gone: somebody took it for dead, and it may claim nothing.
        case disowned
    }

    /// Claims the task that is next in order for `worker`, or marks the worker idle in the same transaction: a
    /// submitter that commits after it sees it idle, and signals it.
    public func claim(by worker: WorkerID, _ process: ProcessIdentity, at now: Timestamp) throws(StoreError) -> Work {
        try write { () throws(StoreError) in try claimNext(worker, process, at: now) }
    }

    /// Inside of a transaction.
    func claimNext(_ worker: WorkerID, _ process: ProcessIdentity, at now: Timestamp) throws(StoreError) -> Work {
        try promoteDue(at: now)
        let task = try nextTask()
        try database.run(
            """
            UPDATE workers SET status = iif(?4 IS NULL, 'idle', 'busy'), task_id = ?4,
              idle_since = iif(?4 IS NULL, ifnull(idle_since, ?5), NULL), last_heartbeat = ?5
            WHERE worker_id = ?1 AND pid = ?2 AND process = ?3
            """, worker, Int(process.pid), process.start, task, now)
        guard database.changes == 1 else { return .disowned }
        guard let task else { return .nothing(next: try nextDue()) }
        return .claimed(try claim(task, by: worker, at: now))
    }

    /// The highest priority first, then the oldest, among all types.
    private func nextTask() throws(StoreError) -> TaskID? {
        try database.first(
            """
            SELECT task.task_id FROM task_count AS count JOIN task_master AS task ON task.task_id = (
              SELECT task_id FROM task_master WHERE type = count.type AND status = 'pending'
              ORDER BY priority DESC, task_id LIMIT 1)
            WHERE count.status = 'pending' AND count.n > 0
              AND NOT EXISTS (SELECT 1 FROM paused WHERE paused.type IN ('', count.type))
            ORDER BY task.priority DESC, task.task_id LIMIT 1
            """
        ) { row throws(StoreError) in try row.get(0) }
    }

    private func claim(_ task: TaskID, by worker: WorkerID, at now: Timestamp) throws(StoreError) -> Claim {
        let number: Int64 = try one(
            database.first("UPDATE counters SET value = value + 1 WHERE name = 'claim' RETURNING value") {
                row throws(StoreError) in try row.get(0)
            })
        let master = try one(
            database.first(
                """
                UPDATE task_master SET status = 'in_progress', claim = ?2, worker_id = ?3, attempt = attempt + 1,
                  started_at = ?4, updated_at = ?4, ended_at = NULL, exit_status = NULL, signal = NULL
                WHERE task_id = ?1 RETURNING type, attempt, max_attempts, lost, timeout
                """, task, number, worker, now
            ) { row throws(StoreError) in
                (
                    type: try row.get(0) as String, attempt: try row.get(1) as Int, maxAttempts: try row.get(2) as Int,
                    lost: try row.get(3) as Int, timeout: try row.get(4) as Duration?
                )
            })
        let payload = try one(
            database.first("SELECT prompt, argv, cwd, env FROM task_payload WHERE task_id = ?1", task) {
                row throws(StoreError) in
                (
                    prompt: try row.get(0) as [UInt8]?, argv: try row.get(1) as WordColumn?,
                    cwd: try row.get(2) as [UInt8],
                    env: try row.get(3) as WordColumn
                )
            })
        return Claim(
            task: task, number: number, type: master.type, attempt: master.attempt, maxAttempts: master.maxAttempts,
            lost: master.lost, timeout: master.timeout, prompt: payload.prompt,
            argv: try payload.argv.map { column throws(StoreError) in try words(column) }, cwd: payload.cwd,
            env: try assignments(payload.env))
    }

    /// A row that the statements before it have made sure of.
    private func one<Record>(_ record: Record?) throws(StoreError) -> Record {
        guard let record else { throw .malformed(column: 0, expected: "row", sql: "claim") }
        return record
    }

    /// Lets scheduled tasks run whose time has come.
    func promoteDue(at now: Timestamp) throws(StoreError) {
        try database.run(
            """
            UPDATE task_master SET status = 'pending', updated_at = ?1 WHERE status = 'scheduled' AND run_at <= ?1
            """, now)
    }

    /// When the next scheduled task is due.
    public func nextDue() throws(StoreError) -> Timestamp? {
        try database.first(
            "SELECT run_at FROM task_master WHERE status = 'scheduled' AND run_at IS NOT NULL ORDER BY run_at LIMIT 1"
        ) {
            row throws(StoreError) in try row.get(0)
        }
    }

    /// Notes the process of a running attempt; nothing happens when the claim is lost.
    public func note(process pid: Int32, of claim: Claim) throws(StoreError) {
        try write { () throws(StoreError) in
            try database.run(
                """
                UPDATE task_master SET pid = ?3 WHERE task_id = ?1 AND claim = ?2 AND status = 'in_progress'
                """, claim.task, claim.number, Int(pid))
        }
    }

    /// What others want of a running attempt.
    public enum Wish: Equatable, Sendable { case goOn, cancel, abandon }

    /// `abandon` when the claim is lost: nothing may be recorded then.
    public func wish(about claim: Claim) throws(StoreError) -> Wish {
        let requested: Bool? = try database.first(
            """
            SELECT cancel_requested FROM task_master WHERE task_id = ?1 AND claim = ?2 AND status = 'in_progress'
            """, claim.task, claim.number
        ) { row throws(StoreError) in try row.get(0) }
        return requested.map { $0 ? .cancel : .goOn } ?? .abandon
    }
}
