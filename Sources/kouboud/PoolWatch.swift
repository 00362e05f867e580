import KoubouCore

/// What the supervisor has seen of the workers, timed by its own monotonic clock: a step of the wall clock makes
/// nobody idle or silent.
struct PoolWatch {
    private struct Seen {
        var status: WorkerStatus
        var idleSince: String?
        var idleFrom: Duration
        var heartbeat: String
        var heardAt: Duration
        /// When it was found silent for too long, for the first time.
        var suspectAt: Duration?
    }

    private var seen: [ProcessIdentity: Seen] = [:]
    private var stoppedSince: [ProcessIdentity: Duration] = [:]

    /// A suspect is killed when it is still silent after this long, in which the database could be written: before, a
    /// held lock or a full disk may have kept it from saying that it lives.
    private static let probation: Duration = .seconds(3)

    /// True while somebody's silence is in doubt, so that looks must be fresh ones.
    var hasSuspects: Bool { seen.values.contains { $0.suspectAt != nil } }

    /// Notes what changed since the last look that wrote to the database.
    mutating func update(_ workers: [WorkerRecord], at now: Duration) {
        var next: [ProcessIdentity: Seen] = [:]
        for worker in workers {
            var entry =
                seen[worker.process]
                ?? Seen(
                    status: worker.status, idleSince: worker.idleSince, idleFrom: now, heartbeat: worker.lastHeartbeat,
                    heardAt: now)
            entry.status = worker.status
            if entry.idleSince != worker.idleSince { (entry.idleSince, entry.idleFrom) = (worker.idleSince, now) }
            if entry.heartbeat != worker.lastHeartbeat {
                (entry.heartbeat, entry.heardAt, entry.suspectAt) = (worker.lastHeartbeat, now, nil)
            }
            next[worker.process] = entry
        }
        seen = next
    }

    /// The database could not be read or written: nobody's silence counts.
    mutating func pause() {
        for process in seen.keys { seen[process]?.suspectAt = nil }
    }

    func state(of child: Supervisor.Child) -> PoolWorker.State {
        if child.isDraining { return .draining }
        guard let entry = seen[child.process] else { return .starting }
        switch entry.status {
        case .starting: return .starting
        case .busy: return .busy
        case .draining: return .draining
        case .idle: return .idle(since: entry.idleFrom)
        }
    }

    /// True when the worker has looked for a task.
    func isReady(_ child: Supervisor.Child) -> Bool {
        seen[child.process].map { $0.status != .starting } ?? false
    }

    /// Notes who is stopped (SIGSTOP): that can be seen without the database, whose lock a stopped worker may hold.
    mutating func noteStopped(_ own: some Sequence<ProcessIdentity>, at now: Duration) {
        let all = Set(own).union(seen.keys)
        let stopped = all.filter { ProcessStatus(of: $0.pid)?.isStopped ?? false && $0.isAlive }
        stoppedSince = Dictionary(uniqueKeysWithValues: stopped.map { ($0, stoppedSince[$0] ?? now) })
    }

    /// Workers of whom nothing was heard for longer than `limit` and for the probation after that, or that are stopped
    /// for as long.
    mutating func hung(limit: Duration, at now: Duration) -> Set<ProcessIdentity> {
        var hung = Set(stoppedSince.filter { now - $0.value > limit }.keys)
        for (process, entry) in seen where now - entry.heardAt > limit {
            if let suspectAt = entry.suspectAt {
                if now - suspectAt >= Self.probation { hung.insert(process) }
            } else {
                seen[process]?.suspectAt = now
            }
        }
        return hung
    }
}
