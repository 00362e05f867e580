/// One worker, as the scaling rule sees it.
public struct PoolWorker: Equatable, Sendable {
    public let id: WorkerID
    public let state: State

    public enum State: Equatable, Sendable {
        case starting
        case busy
        /// On the monotonic clock.
        case idle(since: Duration)
        case draining
    }

    public init(id: WorkerID, state: State) { (self.id, self.state) = (id, state) }

    var idleSince: Duration? {
        if case .idle(let since) = state { since } else { nil }
    }
}

/// The pool and its load at one moment.
public struct PoolSnapshot: Sendable {
    /// On the monotonic clock.
    public var now: Duration
    /// Tasks that could run now, if there were a worker.
    public var pending: Int
    public var workers: [PoolWorker]
    public var memoryIsShort: Bool
    /// True when a task that runs has handed in one that could run: it may wait for it, and keeps its worker meanwhile.
    public var childWaits: Bool

    public init(
        now: Duration, pending: Int, workers: [PoolWorker], memoryIsShort: Bool = false, childWaits: Bool = false
    ) {
        (self.now, self.pending, self.workers, self.memoryIsShort) = (now, pending, workers, memoryIsShort)
        self.childWaits = childWaits
    }

    /// True when all workers may be waiting for a task that waits for a worker.
    var mayBeStuck: Bool { childWaits && pending > 0 && workers.allSatisfy { [.busy, .draining].contains($0.state) } }

    /// Workers that count: a starting one does already, a draining one no more.
    public var active: Int { workers.count { $0.state != .draining } }
}

/// How large the pool may be, and when it grows and shrinks.
public struct PoolLimits: Equatable, Sendable {
    public var workers: ClosedRange<Int> = 1...5
    /// Pending tasks per active worker above which one more is started.
    public var scaleUpThreshold = 2.0
    public var idleTimeout: Duration = .seconds(30)

    public init() {}
}

public enum PoolAction: Equatable, Sendable {
    case start(count: Int)
    case drain(WorkerID)
}

/// Sizes the pool for one tick. Pure: all it knows is in its arguments, all it does is in its result.
///
/// - Parameters:
///   - snapshot: the counts at `snapshot.now`, on the monotonic clock: a step of the wall clock drains nobody.
///   - limits: pool size in workers; `scaleUpThreshold` in pending tasks per active worker.
/// - Returns: one `.start`, or drains with the longest idle first and of equals the highest slot, or nothing. Busy ones
///   drain above a new max only: they finish what they run. O(w log w) for w workers.
public func decide(_ snapshot: PoolSnapshot, limits: PoolLimits) -> [PoolAction] {
    let active = snapshot.active
    var target = max(active, limits.workers.lowerBound)
    if !snapshot.memoryIsShort {
        while target < limits.workers.upperBound,
            Double(snapshot.pending) > Double(target) * limits.scaleUpThreshold
        { target += 1 }
        if snapshot.mayBeStuck, target == active, target < limits.workers.upperBound { target += 1 }
    }
    if target > active {
        // One that drains has its task and its memory until it has left.
        let room = limits.workers.upperBound - snapshot.workers.count
        return room > 0 ? [.start(count: min(target - active, room))] : []
    }
    let excess = active - limits.workers.upperBound  // above max only after a new limit
    let idle = snapshot.workers
        .compactMap { worker in worker.idleSince.map { (id: worker.id, idle: snapshot.now - $0) } }
        .sorted { ($0.idle, $0.id.slot) > ($1.idle, $1.id.slot) }
    let others = snapshot.workers.filter { $0.idleSince == nil && $0.state != .draining }
        .sorted { $0.id > $1.id }
        .map { (id: $0.id, idle: Duration.zero) }
    return (idle + (excess > 0 ? others : []))
        .enumerated()
        .filter { offset, worker in
            offset < excess || snapshot.pending == 0 && offset < idle.count && worker.idle >= limits.idleTimeout
        }
        .prefix(active - limits.workers.lowerBound)
        .map { .drain($0.element.id) }
}
