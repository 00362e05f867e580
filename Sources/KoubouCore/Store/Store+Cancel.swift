extension Store {
    /// What a cancel did to one task.
    public enum CancelResult: Equatable, Sendable {
        case cancelled
        /// It runs: its worker was asked to end it.
        case requested
        /// It had ended before, so.
        case alreadyEnded(TaskState)
    }

    /// Cancels tasks in whatever state they are, and what was handed in from inside of them and has not ended: all that
    /// exist, or none when one doesn't.
    /// - Returns: what happened to each, in order, and who is to be signalled.
    public func cancel(_ ids: [TaskID], at now: Timestamp) throws(StoreError) -> (
        results: [CancelResult], toWake: [ProcessIdentity]
    ) {
        try write { () throws(StoreError) in
            var results: [TaskID: CancelResult] = [:]
            var toWake: [ProcessIdentity] = []
            var ended = Ended()
            // The youngest first: a task that depends on another one of them is cancelled for its own sake.
            var states = Dictionary(zip(ids, try states(of: ids))) { first, _ in first }
            for id in try descendants(of: ids) where states[id] == nil {
                states[id] = try self.states(of: [id])[0]
            }
            for (id, status) in states.sorted(by: { $0.key > $1.key }) {
                switch status {
                case .completed, .failed, .cancelled: results[id] = .alreadyEnded(status)
                case .blocked, .scheduled, .pending:
                    try cancelWaiting(id, because: nil, at: now)
                    ended.append(try settle(id, .cancelled, at: now))
                    results[id] = .cancelled
                case .inProgress:
                    try database.run(
                        "UPDATE task_master SET cancel_requested = 1, updated_at = ?2 WHERE task_id = ?1", id, now)
                    toWake += try worker(of: id)
                    results[id] = .requested
                }
            }
            toWake += try listeners(for: ended.tasks)
            // What they held up may run: it depended on them, or was behind them in the order of its type.
            if !ended.tasks.isEmpty { toWake += try processesToWake(forTasks: .max) }
            return (ids.compactMap { results[$0] }, toWake)
        }
    }

    /// The tasks below `ids` that have not ended: what was handed in from inside of them, and so on, whatever became of the
    /// tasks in between.
    public func descendants(of ids: [TaskID]) throws(StoreError) -> [TaskID] {
        try database.rows(
            """
            WITH RECURSIVE below (task_id) AS (
              SELECT task_id FROM task_master WHERE parent IN (SELECT value FROM json_each(?1))
              UNION SELECT child.task_id FROM below JOIN task_master AS child ON child.parent = below.task_id)
            SELECT task_id FROM below JOIN task_master USING (task_id) WHERE ended_at IS NULL ORDER BY task_id
            """, JSONText.list(ids)
        ) { row throws(StoreError) in try row.get(0) }
    }

    /// Ends a task that waits.
    func cancelWaiting(_ id: TaskID, because error: String?, at now: Timestamp) throws(StoreError) {
        try database.run(
            """
            UPDATE task_master SET status = 'cancelled', waits_for = 0, updated_at = ?2, ended_at = ?2 WHERE task_id = ?1
            """, id, now)
        if let error { try explainLastEvent(error) }
        try database.run(
            """
            INSERT INTO task_result (task_id, error) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET error = excluded.error
            """, id, error)
    }

    /// Puts failed, cancelled and held tasks back into the queue, with all their attempts on record: all, or none when
    /// one doesn't exist or is in another state. One whose dependencies are not met is blocked again.
    public func retry(_ ids: [TaskID], at now: Timestamp) throws(StoreError) -> [ProcessIdentity] {
        try write { () throws(StoreError) in
            let states = Dictionary(zip(ids, try states(of: ids))) { first, _ in first }
            // The oldest first: what the others depend on.
            for (id, state) in states.sorted(by: { $0.key < $1.key }) {
                if state.isEnded, let holder = try holder(ofKeyOf: id) { throw .keyTaken(id, by: holder) }
                if let gone = try prunedDependency(of: id) { throw .dependencyPruned(id, gone) }
                try database.run(
                    """
                    UPDATE task_master SET status = iif(?3 > 0, 'blocked', 'pending'), waits_for = ?3, attempt = 0,
                      lost = 0, run_at = NULL, started_at = NULL, ended_at = NULL, exit_status = NULL, signal = NULL,
                      worker_id = NULL, retried_claim = ifnull(claim, 0), updated_at = ?2
                    WHERE task_id = ?1 AND (status IN ('failed', 'cancelled') OR status = 'scheduled' AND run_at IS NULL)
                    """, id, now, state.isEnded ? try unmetDependencies(of: id) : 0)
                // The error undoes those before it.
                guard database.changes == 1 else { throw .notRetriable(id, state) }
                if state.isEnded { try reblockDependants(of: id) }
            }
            return try processesToWake(forTasks: ids.count)
        }
    }

    /// The states of `ids`, in order; throws `noSuchTask` with all that don't exist.
    public func states(of ids: [TaskID]) throws(StoreError) -> [TaskState] {
        var states: [TaskState] = []
        var missing: [TaskID] = []
        for id in ids {
            let state: TaskState? = try database.first("SELECT status FROM task_master WHERE task_id = ?1", id) {
                row throws(StoreError) in try row.get(0)
            }
            if let state { states.append(state) } else { missing.append(id) }
        }
        guard missing.isEmpty else { throw .noSuchTask(missing) }
        return states
    }

    private func worker(of task: TaskID) throws(StoreError) -> [ProcessIdentity] {
        try database.rows(
            """
            SELECT workers.pid, workers.process FROM task_master JOIN workers USING (worker_id)
            WHERE task_master.task_id = ?1
            """, task, decode: ProcessIdentity.init(row:))
    }
}
