@testable import KoubouCore

/// A pool under a load, in steps of a tenth of a second, sized by `decide` as the supervisor does it: at each poll,
/// and at once when something is handed in or a worker dies.
struct PoolSimulation {
    /// Times are in steps.
    struct Load {
        /// How many tasks come at a step.
        var arrivals: (Int) -> Int
        /// How long the next task runs; at least 1.
        var service: () -> Int
        /// How long a new worker takes to be ready.
        var startTime = 2
        /// Whether a busy worker dies at a step; its task goes back into the queue.
        var dies: (Int) -> Bool = { _ in false }
        var memoryIsShort: (Int) -> Bool = { _ in false }
    }

    private enum Worker {
        case starting(until: Int)
        case idle(since: Int)
        case busy(until: Int)
        case draining(until: Int)
    }

    let limits: PoolLimits
    let pollInterval: Int
    var load: Load
    private(set) var step = 0
    private(set) var queued = 0
    private(set) var completed = 0
    private(set) var handedIn = 0
    private var workers: [Int: Worker] = [:]
    private var meter = LoadMeter()
    private var change = LoadMeter.Change(type: "shell")

    /// Steps at which workers were started, and at which they were told to leave.
    private(set) var starts: [Int] = []
    private(set) var stops: [Int] = []
    /// Workers that don't drain, right after each tick.
    private(set) var sizes: [Int] = []

    init(limits: PoolLimits, pollInterval: Int = 20, load: Load) {
        (self.limits, self.pollInterval, self.load) = (limits, pollInterval, load)
    }

    static func steps(_ duration: Duration) -> Int { duration.millisecondsRoundedUp / 100 }
    private static func duration(_ steps: Int) -> Duration { .milliseconds(steps * 100) }

    var isEmpty: Bool { completed == handedIn }
    var size: Int { workers.values.count { if case .draining = $0 { false } else { true } } }

    mutating func run(steps: Int) {
        for _ in 0..<steps { advance() }
    }

    /// Runs until the queue is empty and the pool has its smallest size again; false when that takes longer than `steps`.
    mutating func runDown(within steps: Int) -> Bool {
        let end = step + steps
        while step < end, !isEmpty || size > limits.workers.lowerBound { advance() }
        return step < end
    }

    private mutating func advance() {
        let arrived = load.arrivals(step)
        (queued, handedIn) = (queued + arrived, handedIn + arrived)
        change.arrived += arrived
        finish()
        let hasDied = bury()
        claim()
        if step % pollInterval == 0 || arrived > 0 || hasDied { tick() }
        step += 1
    }

    private mutating func finish() {
        for (slot, worker) in workers {
            switch worker {
            case .starting(let until) where until <= step: workers[slot] = .idle(since: step)
            case .busy(let until) where until <= step:
                workers[slot] = .idle(since: step)
                completed += 1
            case .draining(let until) where until <= step:
                workers[slot] = nil
                if until > 0 { completed += 1 }
            case .starting, .busy, .draining, .idle: break
            }
        }
    }

    private mutating func bury() -> Bool {
        guard load.dies(step) else { return false }
        let victim = workers.keys.sorted().first { slot in
            if case .busy = workers[slot] { true } else { false }
        }
        guard let victim else { return false }
        workers[victim] = nil
        queued += 1
        change.arrived += 1
        return true
    }

    /// Idle workers take what is queued, the lowest slots first, as they are signalled.
    private mutating func claim() {
        for slot in workers.keys.sorted() where queued > 0 {
            guard case .idle = workers[slot] else { continue }
            let service = load.service()
            workers[slot] = .busy(until: step + service)
            change.ended += 1
            change.runTime += Double(service) / 10
            queued -= 1
        }
    }

    private mutating func tick() {
        let seen = workers.sorted { $0.key < $1.key }.map { slot, worker in
            PoolWorker(id: WorkerID(slot: slot), state: state(worker))
        }
        var snapshot = PoolSnapshot(
            now: Self.duration(step), pending: queued, workers: seen, memoryIsShort: load.memoryIsShort(step))
        if limits.policy == .targetWait {
            snapshot.load = meter.measure(
                [change], [("shell", queued, busy)], idleTimeout: limits.idleTimeout, at: snapshot.now)
            change = LoadMeter.Change(type: "shell")
        }
        for action in decide(snapshot, limits: limits) {
            switch action {
            case .start(let count):
                for _ in 0..<count {
                    let free = (1...).first { workers[$0] == nil } ?? 1
                    workers[free] = .starting(until: step + load.startTime)
                    starts.append(step)
                }
            case .drain(let id):
                // It leaves at once: only idle ones are told to.
                workers[id.slot] = .draining(until: 0)
                stops.append(step)
                meter.noteStop(at: snapshot.now)
            }
        }
        sizes.append(size)
    }

    private var busy: Int { workers.values.count { if case .busy = $0 { true } else { false } } }

    private func state(_ worker: Worker) -> PoolWorker.State {
        switch worker {
        case .starting: .starting
        case .idle(let since): .idle(since: Self.duration(since))
        case .busy: .busy
        case .draining: .draining
        }
    }
}
