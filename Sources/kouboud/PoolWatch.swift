import KoubouCore

/// What the supervisor has seen of its workers, timed by its own monotonic clock: a step of the wall clock makes
/// nobody idle or silent.
struct PoolWatch {
    private struct Seen {
        var idleSince: String?
        var idleFrom: Duration
        var heartbeat: String
        var heardAt: Duration
    }

    private var seen: [ProcessIdentity: Seen] = [:]

    /// Notes what changed since the last look.
    mutating func update(_ workers: [WorkerRecord], at now: Duration) {
        var next: [ProcessIdentity: Seen] = [:]
        for worker in workers {
            var entry = seen[worker.process] ?? Seen(
                idleSince: worker.idleSince, idleFrom: now, heartbeat: worker.lastHeartbeat, heardAt: now)
            if entry.idleSince != worker.idleSince { (entry.idleSince, entry.idleFrom) = (worker.idleSince, now) }
            if entry.heartbeat != worker.lastHeartbeat { (entry.heartbeat, entry.heardAt) = (worker.lastHeartbeat, now) }
            next[worker.process] = entry
        }
        seen = next
    }

    /// Time in which the database could not be read or written counts for nobody's silence.
    mutating func pause() { seen = [:] }

    func state(of child: Supervisor.Child, in workers: [WorkerRecord]) -> PoolWorker.State {
        if child.isDraining { return .draining }
        guard let row = workers.first(where: { $0.process == child.process }) else { return .starting }
        switch row.status {
        case .starting: return .starting
        case .busy: return .busy
        case .draining: return .draining
        case .idle: return .idle(since: seen[child.process]?.idleFrom ?? .zero)
        }
    }

    /// How long nothing was heard of a worker.
    func silence(of child: Supervisor.Child, at now: Duration) -> Duration {
        seen[child.process].map { now - $0.heardAt } ?? .zero
    }
}
