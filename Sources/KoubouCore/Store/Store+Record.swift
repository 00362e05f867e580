extension Store {
    /// What a worker learns when it records an end.
    public struct Recorded: Sendable {
        /// False when the claim was lost meanwhile: nothing was written about the task.
        public let isRecorded: Bool
        /// What became of the task.
        public let status: TaskState?
        /// The next claim, made in the same transaction; nil for a worker that leaves.
        public let work: Work?
        /// Who waits for this end or for what follows from it, and idle workers if there is work for them.
        public let toWake: [ProcessIdentity]
    }

    /// What a worker does when it has recorded an end.
    public enum Sequel: Sendable { case claim, pause, leave }

    /// Records how a claimed attempt ended, and claims the next task in the same transaction where the worker goes on.
    public func record(
        _ end: AttemptEnd, of claim: Claim, by worker: WorkerID, _ process: ProcessIdentity, policy: RetryPolicy,
        jitter: Double, throttles: [String: Throttle] = [:], then sequel: Sequel, at now: Timestamp
    ) throws(StoreError) -> Recorded {
        try write { () throws(StoreError) in
            let finished = try finish(
                end, task: claim.task, claim: claim.number, policy: policy, jitter: jitter, at: now)
            if let finished { try count(finished.status, for: worker) }
            var work: Work?
            switch sequel {
            case .claim: work = try claimNext(worker, process, throttles, at: now)
            case .pause:
                work =
                    try setTask(nil, worker, process, at: now)
                    ? .nothing(next: try nextDue()) : refusal(of: worker, process)
            case .leave: break
            }
            // What has ended made room for others of its type, which may be more than one.
            var toWake = try idleWorkers(throttles, at: now)
            if let finished {
                toWake += try listeners(for: finished.ended.tasks)
                // The pool may have to grow for them.
                if finished.ended.released > 0, let supervisor = try supervisor() { toWake.append(supervisor.process) }
            }
            return Recorded(isRecorded: finished != nil, status: finished?.status, work: work, toWake: toWake)
        }
    }

    /// Ends the attempt `claim` of `task`, inside of a transaction.
    /// - Returns: what became of the task, and what that led to; nil, and nothing written, when the claim is not the
    ///   present one.
    func finish(
        _ end: AttemptEnd, task: TaskID, claim: Int64, policy: RetryPolicy, jitter: Double, at now: Timestamp
    ) throws(StoreError) -> (status: TaskState, ended: Ended)? {
        let found = try database.first(
            """
            SELECT attempt, lost, max_attempts, cancel_requested, worker_id, started_at FROM task_master
            WHERE task_id = ?1 AND claim = ?2 AND status = 'in_progress'
            """, task, claim
        ) { row throws(StoreError) in
            (
                attempt: try row.get(0) as Int, lost: try row.get(1) as Int, maxAttempts: try row.get(2) as Int,
                isCancelled: try row.get(3) as Bool, worker: try row.get(4) as String, started: try row.get(5) as String
            )
        }
        guard let found else { return nil }
        let end = try bounded(end, task)
        let lost = found.lost + (end.outcome == .lost ? 1 : 0)
        var policy = policy
        policy.maxAttempts = found.maxAttempts
        var next = disposition(
            of: end.outcome, mayRetry: end.mayRetry, attempt: found.attempt, lost: lost,
            deferred: try repeats(of: end.outcome, task, attempt: found.attempt) + 1,
            policy: policy, jitter: jitter, isReaped: end.isReaped)
        if end.outcome == .deferred {
            if let delay = end.retryAfter { next = .retry(after: delay) }
            // The pause of its type is what keeps it waiting.
            if let moment = end.pausesTypeUntil {
                try pauseType(of: task, until: moment)
                next = .requeue
            }
        } else if let delay = end.retryAfter, next == .requeue {
            next = .retry(after: delay)
        }
        // A cancel that came too late for the attempt still ends the task instead of another attempt.
        if found.isCancelled, next != .end(.completed), next != .end(.failed) { next = .end(.cancelled) }

        let (status, runAt): (TaskState, Timestamp?) =
            switch next {
            case .end(let state): (state, nil)
            case .requeue, .retry(after: .zero): (.pending, nil)
            case .retry(let delay): (.scheduled, now + delay)
            case .hold: (.scheduled, nil)
            }
        try database.run(
            """
            UPDATE task_master SET status = ?3, attempt = ?4, lost = ?5, run_at = ?6, exit_status = ?7, signal = ?8,
              pid = NULL, process = NULL, updated_at = ?9, ended_at = ?10, cancel_requested = 0
            WHERE task_id = ?1 AND claim = ?2
            """, task, claim, status, end.outcome.counts ? found.attempt : found.attempt - 1, lost, runAt,
            end.exitStatus, end.signal, now, status.isEnded ? now : nil)
        if let error = end.error { try explainLastEvent(error) }
        try database.run(
            """
            INSERT INTO task_attempt (task_id, claim, attempt, worker_id, outcome, started_at, ended_at, exit_status,
              signal, cpu_time, peak_memory, stderr, error)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            """, task, claim, found.attempt, found.worker, end.outcome, found.started, now, end.exitStatus, end.signal,
            end.cpuTime, end.peakMemory, end.stderrTail.isEmpty ? nil : end.stderrTail, end.error)
        try database.run(
            """
            INSERT INTO task_result (task_id, result, result_file, stderr, stderr_file, error)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET result = excluded.result,
              result_file = excluded.result_file, stderr = excluded.stderr, stderr_file = excluded.stderr_file,
              error = excluded.error
            """, task, end.stdout.inline, end.stdout.path, end.stderr.inline, end.stderr.path, end.error)
        if !end.metadata.isEmpty { try add(end.metadata, to: task) }
        return (status, status.isEnded ? try settle(task, status, at: now) : Ended())
    }

    /// A task whose workers had to leave again and again may be the reason for it: from then on that counts as lost.
    private func bounded(_ end: AttemptEnd, _ task: TaskID) throws(StoreError) -> AttemptEnd {
        guard end.outcome == .requeued, try repeats(of: .requeued, task) >= Self.requeueMax else { return end }
        var end = end
        (end.outcome, end.error) = (.lost, "its worker had to leave, more than \(Self.requeueMax) times")
        return end
    }

    private static let requeueMax = 10

    /// How often an attempt of the task, or the one of that number, has ended so without using up its number.
    private func repeats(of outcome: AttemptOutcome, _ task: TaskID, attempt: Int? = nil) throws(StoreError) -> Int {
        guard !outcome.counts else { return 0 }
        return try database.first(
            """
            SELECT count(*) FROM task_attempt WHERE task_id = ?1 AND outcome = ?2 AND (?3 IS NULL OR attempt = ?3)
              AND claim > (SELECT retried_claim FROM task_master WHERE task_id = ?1)
            """, task, outcome, attempt
        ) { row throws(StoreError) in try row.get(0) } ?? 0
    }

    private func add(_ metadata: [(key: String, json: String)], to task: TaskID) throws(StoreError) {
        let members = metadata.map { JSONText.quoted($0.key) + ":" + $0.json }
        try database.run(
            """
            UPDATE task_payload SET metadata = json_patch(metadata, ?2) WHERE task_id = ?1 AND json_valid(?2)
            """, task, "{" + members.joined(separator: ",") + "}")
    }

    /// Adds an ended task to its worker's totals.
    func count(_ status: TaskState, for worker: WorkerID) throws(StoreError) {
        switch status {
        case .completed:
            try database.run("UPDATE workers SET tasks_completed = tasks_completed + 1 WHERE worker_id = ?1", worker)
        case .failed:
            try database.run("UPDATE workers SET tasks_failed = tasks_failed + 1 WHERE worker_id = ?1", worker)
        case .blocked, .scheduled, .pending, .inProgress, .cancelled: break
        }
    }
}

extension AttemptEnd.Output {
    fileprivate var inline: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }
    fileprivate var path: String? {
        if case .file(let path) = self { fileName(of: path) } else { nil }
    }
}
