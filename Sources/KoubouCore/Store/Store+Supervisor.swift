/// What one look of the supervisor at the queue shows.
public struct Survey: Sendable {
    /// Tasks that could run now, if there were workers, by type.
    public let ready: [String: Int]
    public let workers: [WorkerRecord]
    /// When there is something to do next.
    public let nextDue: Timestamp?
    /// Runs of recurring tasks that were handed in.
    public let recurred: [Store.RecurringRun]

    /// Tasks that could run now.
    public var pending: Int { ready.values.reduce(0, +) }
}

/// The row of the supervisor that runs, or ran last.
public struct SupervisorRecord: Sendable {
    public let process: ProcessIdentity
    public let startedAt: Timestamp
    /// What keeps the pool from its work, in words.
    public let note: String?
}

extension Store {
    /// Enters this process as the supervisor.
    /// - Returns: nil, or the other supervisor that lives: then nothing is changed.
    public func becomeSupervisor(
        _ process: ProcessIdentity, limits: PoolLimits, at now: Timestamp
    ) throws(StoreError) -> SupervisorRecord? {
        try write { () throws(StoreError) in
            if let other = try supervisor(), other.process != process, other.process.isAlive { return other }
            try database.run(
                """
                INSERT INTO supervisor (id, pid, process, min, max, threshold, idle_timeout, policy, target_wait,
                  started_at, last_heartbeat)
                VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?8, ?9, ?7, ?7) ON CONFLICT DO UPDATE SET
                  started_at = iif(process = excluded.process, started_at, excluded.started_at),
                  note = iif(process = excluded.process, note, NULL), pid = excluded.pid, process = excluded.process,
                  min = excluded.min, max = excluded.max, threshold = excluded.threshold,
                  idle_timeout = excluded.idle_timeout, policy = excluded.policy,
                  target_wait = excluded.target_wait, last_heartbeat = excluded.last_heartbeat
                """, Int(process.pid), process.start, limits.workers.lowerBound, limits.workers.upperBound,
                limits.scaleUpThreshold, limits.idleTimeout, now, limits.policy, limits.targetWait)
            return nil
        }
    }

    /// Notes what keeps the pool from its work, for `stats` and `status`; nil: nothing does.
    public func note(_ text: String?) throws(StoreError) {
        try write { () throws(StoreError) in try database.run("UPDATE supervisor SET note = ?1", text) }
    }

    /// Leaves: there is no supervisor any more.
    public func retireSupervisor(_ process: ProcessIdentity) throws(StoreError) {
        try write { () throws(StoreError) in
            try database.run("DELETE FROM supervisor WHERE pid = ?1 AND process = ?2", Int(process.pid), process.start)
        }
    }

    /// The supervisor that is entered, alive or not.
    public func supervisor() throws(StoreError) -> SupervisorRecord? {
        try database.first("SELECT pid, process, started_at, note FROM supervisor") { row throws(StoreError) in
            SupervisorRecord(process: try ProcessIdentity(row: row), startedAt: try row.get(2), note: try row.get(3))
        }
    }

    /// One look of the supervisor at the queue: notes its heartbeat, hands in what recurs, lets due tasks run, lists whose end is
    /// to be told, counts.
    public func survey(
        throttles: [String: Throttle] = [:], zone: LocalZone = .system, notify: NotifySettings = NotifySettings(),
        at now: Timestamp
    ) throws(StoreError) -> Survey {
        try write { () throws(StoreError) in
            try database.run("UPDATE supervisor SET last_heartbeat = ?1", now)
            let recurred = try handInRecurring(at: now, in: zone)
            try promoteDue(at: now)
            try noteEnds(notify)
            let ready = try readiness(throttles, at: now)
            let due = [try nextDue(), ready.nextStart, try nextRecurring()].compactMap(\.self).min()
            return Survey(ready: ready.tasks, workers: try workers(), nextDue: due, recurred: recurred)
        }
    }
}
