import KoubouCore

/// What the supervisor has seen of the workers, timed by its own monotonic clock: a step of the wall clock makes
/// nobody idle or silent.
struct PoolWatch {
    typealias Name = (id: WorkerID, process: ProcessIdentity)

    private struct Seen {
        let id: WorkerID
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
    /// Who was named as hung already.
    private var condemned: Set<ProcessIdentity> = []

    /// A suspect is killed when it is still silent after this long, in which the database could be written: before, a
    /// held lock or a full disk may have kept it from saying that it lives.
    private static let probation: Duration = .seconds(3)

    /// Notes what changed since the last look that wrote to the database.
    mutating func update(_ workers: [WorkerRecord], at now: Duration) {
        var next: [ProcessIdentity: Seen] = [:]
        for worker in workers {
            var entry =
                seen[worker.process]
                ?? Seen(
                    id: worker.id, status: worker.status, idleSince: worker.idleSince, idleFrom: now,
                    heartbeat: worker.lastHeartbeat,
                    heardAt: now)
            entry.status = worker.status
            if entry.idleSince != worker.idleSince { (entry.idleSince, entry.idleFrom) = (worker.idleSince, now) }
            if entry.heartbeat != worker.lastHeartbeat {
                (entry.heartbeat, entry.heardAt, entry.suspectAt) = (worker.lastHeartbeat, now, nil)
            }
            next[worker.process] = entry
        }
        seen = next
        condemned = condemned.filter { next[$0] != nil || $0.isAlive }
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

    /// True when somebody has been silent for longer than `limit`, so that looks must be fresh ones.
    func isAnyoneSilent(for limit: Duration, at now: Duration) -> Bool {
        seen.contains { now - $0.value.heardAt > limit && !condemned.contains($0.key) }
    }

    /// Workers of whom nothing was heard for longer than `limit` and for the probation after that. Each is named once.
    mutating func silent(for limit: Duration, at now: Duration) -> [Name] {
        for (process, entry) in seen where now - entry.heardAt > limit && entry.suspectAt == nil {
            seen[process]?.suspectAt = now
        }
        return condemn(
            seen.filter { $0.value.suspectAt.map { now - $0 >= Self.probation } ?? false }.map { ($0.value.id, $0.key) }
        )
    }

    /// Workers that have been stopped (SIGSTOP) for longer than `limit`. Each is named once. That can be seen without
    /// the database, whose lock a stopped worker may hold.
    ///
    /// - Parameter own: those that are not in the database yet, too.
    mutating func stopped(for limit: Duration, _ own: [Name], at now: Duration) -> [Name] {
        let all = Dictionary((own + seen.map { ($0.value.id, $0.key) }).map { ($0.process, $0.id) }) { first, _ in first
        }
        let stopped = all.filter { ProcessStatus(of: $0.key.pid)?.isStopped ?? false && $0.key.isAlive }
        stoppedSince = Dictionary(uniqueKeysWithValues: stopped.keys.map { ($0, stoppedSince[$0] ?? now) })
        return condemn(stopped.filter { now - (stoppedSince[$0.key] ?? now) > limit }.map { ($0.value, $0.key) })
    }

    private mutating func condemn(_ workers: [Name]) -> [Name] {
        workers.filter { condemned.insert($0.process).inserted }
    }
}
