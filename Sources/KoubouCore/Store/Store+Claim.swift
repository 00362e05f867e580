extension Store {
    /// What a worker finds when it looks for work.
    public enum Work: Sendable {
        case claimed(Claim)
        /// Nothing may run now; the next task that is scheduled, or held back by a rate, may run then.
        case nothing(next: Timestamp?)
        /// The worker's row is gone: somebody took it for dead, and it may claim nothing.
        case disowned
        /// Another worker is to take its place, and it may claim nothing more.
        case dismissed
    }

    /// Claims the task that is next in order for `worker`, or marks the worker idle in the same transaction: a
    /// submitter that commits after it sees it idle, and signals it.
    ///
    /// - Parameter throttles: what bounds each type, by name.
    public func claim(
        by worker: WorkerID, _ process: ProcessIdentity, throttles: [String: Throttle] = [:], at now: Timestamp
    ) throws(StoreError) -> Work {
        try write { () throws(StoreError) in try claimNext(worker, process, throttles, at: now) }
    }

    /// Inside of a transaction.
    func claimNext(
        _ worker: WorkerID, _ process: ProcessIdentity, _ throttles: [String: Throttle], at now: Timestamp
    ) throws(StoreError) -> Work {
        try promoteDue(at: now)
        let (head, nextStart) = try nextHead(throttles, at: now)
        guard let head else {
            // Who was idle writes nothing: whoever has woken it waits for the disk.
            let isMarked = try isIdle(worker, process) ? true : setTask(nil, worker, process, at: now)
            guard isMarked else { return try refusal(of: worker, process) }
            return .nothing(next: [try nextDue(), nextStart].compactMap(\.self).min())
        }
        guard try setTask(head.task, worker, process, at: now) else { return try refusal(of: worker, process) }
        if let rate = throttles[head.type]?.rate { try noteStart(of: head.type, rate, at: now) }
        return .claimed(try claim(head.task, by: worker, at: now))
    }

    /// Why a worker may not go on.
    func refusal(of worker: WorkerID, _ process: ProcessIdentity) throws(StoreError) -> Work {
        try workers().contains { $0.id == worker && $0.process == process } ? .dismissed : .disowned
    }

    private func isIdle(_ worker: WorkerID, _ process: ProcessIdentity) throws(StoreError) -> Bool {
        try database.first(
            "SELECT status = 'idle' FROM workers WHERE worker_id = ?1 AND pid = ?2 AND process = ?3", worker,
            Int(process.pid), process.start
        ) { row throws(StoreError) in try row.get(0) as Bool } ?? false
    }

    /// Marks the worker busy with `task`, or idle where that is nil; false when it drains, or its row is gone.
    func setTask(_ task: TaskID?, _ worker: WorkerID, _ process: ProcessIdentity, at now: Timestamp)
        throws(StoreError) -> Bool
    {
        try database.run(
            """
            UPDATE workers SET status = iif(?4 IS NULL, 'idle', 'busy'), task_id = ?4,
              idle_since = iif(?4 IS NULL, ifnull(idle_since, ?5), NULL), last_heartbeat = ?5
            WHERE worker_id = ?1 AND pid = ?2 AND process = ?3 AND status <> 'draining'
            """, worker, Int(process.pid), process.start, task, now)
        return database.changes == 1
    }

    /// The first head that may run now; or none, and when a rate lets one start.
    private func nextHead(_ throttles: [String: Throttle], at now: Timestamp) throws(StoreError) -> (Head?, Timestamp?)
    {
        var nextStart: Timestamp?
        for head in try heads() {
            switch try opening(for: head, throttles[head.type] ?? .none, at: now) {
            case .now: return (head, nil)
            case .at(let moment): nextStart = min(nextStart ?? moment, moment)
            case .whenOneEnds: break
            }
        }
        return (nil, nextStart)
    }

    private func claim(_ task: TaskID, by worker: WorkerID, at now: Timestamp) throws(StoreError) -> Claim {
        // RETURNING would make a table for its row: a claim takes a tenth longer with it.
        try database.run("UPDATE counters SET value = value + 1 WHERE name = 'claim'")
        try database.run(
            """
            UPDATE task_master SET status = 'in_progress', claim = (SELECT value FROM counters WHERE name = 'claim'),
              worker_id = ?2, attempt = attempt + 1, started_at = ?3, updated_at = ?3, ended_at = NULL,
              exit_status = NULL, signal = NULL, progress = NULL, progress_message = NULL
            WHERE task_id = ?1
            """, task, worker, now)
        let master = try one(
            database.first(
                "SELECT claim, type, attempt, max_attempts, lost, timeout FROM task_master WHERE task_id = ?1", task
            ) { row throws(StoreError) in
                (
                    claim: try row.get(0) as Int64, type: try row.get(1) as String, attempt: try row.get(2) as Int,
                    maxAttempts: try row.get(3) as Int, lost: try row.get(4) as Int,
                    timeout: try row.get(5) as Duration?
                )
            })
        let payload = try one(
            database.first(
                """
                SELECT prompt, argv, cwd, env, metadata, NOT EXISTS (SELECT 1 FROM task_attempt WHERE task_id = ?1)
                FROM task_payload WHERE task_id = ?1
                """, task
            ) { row throws(StoreError) in
                (
                    prompt: try row.get(0) as [UInt8]?, argv: try row.get(1) as WordColumn?,
                    cwd: try row.get(2) as [UInt8], env: try row.get(3) as WordColumn,
                    metadata: try row.get(4) as String, isFirst: try row.get(5) as Bool
                )
            })
        return Claim(
            task: task, number: master.claim, type: master.type, attempt: master.attempt,
            maxAttempts: master.maxAttempts, lost: master.lost, timeout: master.timeout, prompt: payload.prompt,
            argv: try payload.argv.map { column throws(StoreError) in try words(column) }, cwd: payload.cwd,
            env: try assignments(payload.env), metadata: try metadata(payload.metadata),
            isFirst: payload.isFirst)
    }

    /// Values of a metadata object; nothing is asked where it is empty, as it mostly is.
    private func metadata(_ json: String) throws(StoreError) -> [String: String] {
        guard json != "{}" else { return [:] }
        let members = try members(ofJSON: json).compactMap { member in member.value.map { (member.key, $0) } }
        return Dictionary(members) { _, last in last }
    }

    /// A row that the statements before it have made sure of.
    private func one<Record>(_ record: Record?) throws(StoreError) -> Record {
        guard let record else { throw .malformed(column: 0, expected: "row", sql: "claim") }
        return record
    }

    /// Lets scheduled tasks run whose time has come.
    func promoteDue(at now: Timestamp) throws(StoreError) {
        try endPauses(at: now)
        try database.run(
            """
            UPDATE task_master SET status = 'pending', updated_at = ?1 WHERE status = 'scheduled' AND run_at <= ?1
            """, now)
    }

    /// When the next scheduled task is due, or the next pause ends.
    public func nextDue() throws(StoreError) -> Timestamp? {
        try database.first(
            """
            SELECT min(at) FROM (SELECT min(run_at) AS at FROM task_master WHERE status = 'scheduled' UNION ALL
              SELECT until FROM paused WHERE until IS NOT NULL)
            """
        ) { row throws(StoreError) in try row.get(0) as Timestamp? } ?? nil
    }

    /// Notes the process of a running attempt; nothing happens when the claim is lost.
    public func note(_ process: ProcessIdentity, of claim: Claim) throws(StoreError) {
        try write { () throws(StoreError) in
            try database.run(
                """
                UPDATE task_master SET pid = ?3, process = ?4
                WHERE task_id = ?1 AND claim = ?2 AND status = 'in_progress'
                """, claim.task, claim.number, Int(process.pid), process.start)
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
