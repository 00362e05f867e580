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
    /// What the policy `targetWait` goes by; it starts nobody where this is empty.
    public var load: MeasuredLoad

    public init(
        now: Duration, pending: Int, workers: [PoolWorker], memoryIsShort: Bool = false, childWaits: Bool = false,
        load: MeasuredLoad = MeasuredLoad()
    ) {
        (self.now, self.pending, self.workers, self.memoryIsShort) = (now, pending, workers, memoryIsShort)
        (self.childWaits, self.load) = (childWaits, load)
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
    public var policy = ScalingPolicy.ratio
    /// How long tasks may have to wait, by the policy `targetWait`.
    public var targetWait: Duration = .seconds(30)

    public init() {}

    /// How many workers the load asks for: from `least` up to max.
    func workersWanted(_ snapshot: PoolSnapshot, atLeast least: Int) -> Int {
        var size = least
        switch policy {
        case .ratio:
            while size < workers.upperBound, Double(snapshot.pending) > Double(size) * scaleUpThreshold { size += 1 }
        case .targetWait:
            // Whoever was just stopped is not started again.
            if let sinceStop = snapshot.load.sinceStop, sinceStop < idleTimeout { break }
            size = max(size, min(snapshot.load.workersNeeded(targetWait: targetWait), workers.upperBound))
        }
        return size
    }

    /// How many workers stay although they are idle; never more than there are.
    func workersKept(_ snapshot: PoolSnapshot) -> Int {
        policy == .targetWait ? min(snapshot.load.workersKept, snapshot.active) : 0
    }

    /// How long a worker is idle before it is superfluous.
    ///
    /// By target-wait it need not be long: when that was wrong, tasks wait for the rest of `idle_timeout` at most, which must
    /// not be longer than they may wait. Not at once: who waits for a task to hand in the next one does so in a moment.
    public var patience: Duration {
        policy == .targetWait && idleTimeout <= targetWait ? idleTimeout / 15 : idleTimeout
    }
}

public enum PoolAction: Equatable, Sendable {
    case start(count: Int)
    case drain(WorkerID)
}

/// Sizes the pool for one tick. Pure: all it knows is in its arguments, all it does is in its result.
///
/// - Parameters:
///   - snapshot: the counts at `snapshot.now`, on the monotonic clock: a step of the wall clock drains nobody.
///   - limits: pool size in workers; by which policy it grows and shrinks.
/// - Returns: one `.start`, or drains with the longest idle first and of equals the highest slot, or nothing. Busy ones
///   drain above a new max only: they finish what they run. O(w log w) for w workers.
public func decide(_ snapshot: PoolSnapshot, limits: PoolLimits) -> [PoolAction] {
    let active = snapshot.active
    var target = max(active, limits.workers.lowerBound)
    if !snapshot.memoryIsShort {
        target = limits.workersWanted(snapshot, atLeast: target)
        if snapshot.mayBeStuck, target == active, target < limits.workers.upperBound { target += 1 }
    }
    if target > active {
        // One that drains has its task and its memory until it has left.
        let room = limits.workers.upperBound - snapshot.workers.count
        return room > 0 ? [.start(count: min(target - active, room))] : []
    }
    let idle = snapshot.workers
        .compactMap { worker in worker.idleSince.map { (id: worker.id, idle: snapshot.now - $0) } }
        .sorted { ($0.idle, $0.id.slot) > ($1.idle, $1.id.slot) }
    let excess = active - limits.workers.upperBound  // above max only after a new limit
    let others = snapshot.workers.filter { $0.idleSince == nil && $0.state != .draining }.map(\.id).sorted(by: >)
    let superfluous =
        snapshot.pending > 0
        ? 0 : min(idle.prefix { $0.idle >= limits.patience }.count, active - limits.workersKept(snapshot))
    return (idle.map(\.id) + (excess > 0 ? others : []))
        .prefix(max(excess, superfluous))
        .prefix(active - limits.workers.lowerBound)
        .map { .drain($0) }
}
