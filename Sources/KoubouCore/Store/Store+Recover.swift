import Glibc

extension Store {
    /// What was put right after a worker that is gone.
    public struct Recovered: Sendable {
        public let task: TaskID
        public let status: TaskState
    }

    /// The tasks that a worker has left, and who is to be signalled about them.
    public typealias Buried = (recovered: [Recovered], toWake: [ProcessIdentity])

    /// Takes leave of a worker that is no child of ours and whose process is gone: kills what is left of its task's processes,
    /// the task's own and those under it, and what has its environment, wherever that is.
    /// - Returns: how its attempt has ended.
    public func killLeftovers(of worker: WorkerRecord) throws(StoreError) -> AttemptEnd {
        if let task = worker.task, let claim = try claim(of: task, by: worker.id) {
            if let process = try process(of: task) { ProcessTable.killTree(of: process) }
            ProcessTable.killAll(holding: ["KOUBOU_HOME=\(home.path)", "KOUBOU_CLAIM=\(claim)"])
        }
        // One that has let go of its task did not lose it by an accident.
        return AttemptEnd(
            worker.task == nil ? .requeued : .lost,
            error: "its worker \(worker.id) (pid \(worker.process.pid)) is gone")
    }

    /// The attempt that a worker runs, or has left, and its type.
    public func attempt(of worker: WorkerID) throws(StoreError) -> (type: String, attempt: LaunchedAttempt)? {
        let found = try database.first(
            """
            SELECT type, task_id, attempt, claim, cwd, env FROM task_master JOIN task_payload USING (task_id)
            WHERE status = 'in_progress' AND worker_id = ?1
            """, worker
        ) { row throws(StoreError) in
            (
                type: try row.get(0) as String, task: try row.get(1) as TaskID, attempt: try row.get(2) as Int,
                claim: try row.get(3) as Int64, cwd: try row.get(4) as [UInt8], env: try row.get(5) as WordColumn
            )
        }
        guard let found else { return nil }
        return (
            found.type,
            LaunchedAttempt(
                task: found.task, attempt: found.attempt, claim: found.claim, cwd: found.cwd,
                env: try assignments(found.env), worker: worker)
        )
    }

    /// Takes leave of a worker whose process has ended: its task, if it left one, is requeued or has lost its last
    /// worker; its totals go to its slot; its row goes. What is left of the task's processes must be gone before.
    ///
    /// - Parameters:
    ///   - end: of its task's attempt.
    ///   - policy: how a type is retried, by name.
    public func bury(
        _ worker: WorkerID, _ process: ProcessIdentity, _ end: AttemptEnd, policy: (String) -> RetryPolicy,
        at now: Timestamp
    ) throws(StoreError) -> Buried {
        try write { () throws(StoreError) in
            let isPresent: Bool =
                try database.first(
                    """
                    SELECT 1 FROM workers WHERE worker_id = ?1 AND pid = ?2 AND process = ?3
                    """, worker, Int(process.pid), process.start
                ) { row throws(StoreError) in try row.get(0) } ?? false
            guard isPresent else { return ([], []) }
            let left = try database.rows(
                """
                SELECT task_id, claim, type FROM task_master WHERE status = 'in_progress' AND worker_id = ?1
                """, worker
            ) { row throws(StoreError) in
                (task: try row.get(0) as TaskID, claim: try row.get(1) as Int64, type: try row.get(2) as String)
            }
            var recovered: [Recovered] = []
            var toWake: [ProcessIdentity] = []
            for (task, claim, type) in left {
                // While nobody else can have claimed it: what the attempt wrote is of no use to the next one.
                for file in [home.stdoutFile(of: task), home.stderrFile(of: task)] { unlink(file) }
                let finished = try finish(
                    end, task: task, claim: claim, policy: policy(type), jitter: 0, at: now)
                guard let finished else { continue }
                recovered.append(Recovered(task: task, status: finished.status))
                try count(finished.status, for: worker)
                toWake += try listeners(for: finished.ended.tasks)
            }
            try remove(worker)
            // For what is back in the queue, was released, or has room now.
            if !recovered.isEmpty { toWake += try idleWorkers(atMost: .max) }
            return (recovered, toWake)
        }
    }

    /// The claim of `worker` on a task; nil when it has none any more.
    private func claim(of task: TaskID, by worker: WorkerID) throws(StoreError) -> Int64? {
        try database.first(
            "SELECT claim FROM task_master WHERE task_id = ?1 AND worker_id = ?2 AND status = 'in_progress'", task,
            worker
        ) { row throws(StoreError) in try row.get(0) }
    }

    /// The process that runs a task; nil when none is noted.
    private func process(of task: TaskID) throws(StoreError) -> ProcessIdentity? {
        try database.first(
            "SELECT pid, process FROM task_master WHERE task_id = ?1 AND process IS NOT NULL", task,
            decode: ProcessIdentity.init(row:))
    }

    private func remove(_ worker: WorkerID) throws(StoreError) {
        try database.run(
            """
            INSERT OR REPLACE INTO worker_slot SELECT worker_id, tasks_completed, tasks_failed FROM workers
            WHERE worker_id = ?1
            """, worker)
        try database.run("DELETE FROM workers WHERE worker_id = ?1", worker)
    }
}
