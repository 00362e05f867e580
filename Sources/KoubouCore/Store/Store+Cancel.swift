extension Store {
    /// What a cancel did to one task.
    public enum CancelResult: Equatable, Sendable {
        case cancelled
        /// It runs: its worker was asked to end it.
        case requested
        /// It had ended before, so.
        case alreadyEnded(TaskState)
    }

    /// Cancels tasks in whatever state they are: all that exist, or none when one doesn't.
    /// - Returns: what happened to each, in order, and who is to be signalled.
    public func cancel(_ ids: [TaskID], at now: Timestamp) throws(StoreError) -> (
        results: [CancelResult], toWake: [ProcessIdentity]
    ) {
        try write { () throws(StoreError) in
            var results: [CancelResult] = []
            var toWake: [ProcessIdentity] = []
            for (id, status) in zip(ids, try states(of: ids)) {
                switch status {
                case .completed, .failed, .cancelled: results.append(.alreadyEnded(status))
                case .blocked, .scheduled, .pending:
                    try database.run(
                        """
                        UPDATE task_master SET status = 'cancelled', updated_at = ?2, ended_at = ?2 WHERE task_id = ?1
                        """, id, now)
                    toWake += try listeners(for: id)
                    results.append(.cancelled)
                case .inProgress:
                    try database.run(
                        "UPDATE task_master SET cancel_requested = 1, updated_at = ?2 WHERE task_id = ?1", id, now)
                    toWake += try worker(of: id)
                    results.append(.requested)
                }
            }
            return (results, toWake)
        }
    }

    /// Puts failed, cancelled and held tasks back into the queue, with all their attempts on record: all, or none when
    /// one doesn't exist or is in another state.
    public func retry(_ ids: [TaskID], at now: Timestamp) throws(StoreError) -> [ProcessIdentity] {
        try write { () throws(StoreError) in
            var done: Set<TaskID> = []
            for (id, state) in zip(ids, try states(of: ids)) where done.insert(id).inserted {
                try database.run(
                    """
                    UPDATE task_master SET status = 'pending', attempt = 0, lost = 0, run_at = NULL, started_at = NULL,
                      ended_at = NULL, exit_status = NULL, signal = NULL, worker_id = NULL, updated_at = ?2
                    WHERE task_id = ?1 AND (status IN ('failed', 'cancelled') OR status = 'scheduled' AND run_at IS NULL)
                    """, id, now)
                // The error undoes those before it.
                guard database.changes == 1 else { throw .notRetriable(id, state) }
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
