import KoubouCore

/// What starting and running things costs, in milliseconds: measured with the real programs (`koubou-simulate costs`).
struct Costs {
    /// Of a new worker, until it looks for tasks.
    var start = 4
    /// From when a task is handed in until an idle worker has it.
    var claim = 1
    /// Of a task, beside its own run time.
    var run = 2
    /// From the end of a worker by its task until that task is back in the queue.
    var death = 20

    /// How long a worker is busy with one attempt.
    func time(_ task: TraceTask) -> Int { claim + run + task.runTime + (task.isPoison ? death : 0) }
}

/// A pool under a trace, in virtual time, sized by a rule. The same trace and rule always give the same outcome.
struct Simulation {
    private enum Work {
        case starting(until: Int)
        case idle(since: Int)
        /// `task` is an index of the trace.
        case busy(task: Int, until: Int)
    }

    private struct Worker {
        var work: Work
        let startedAt: Int
        var isDraining = false
    }

    private static let maxLost = 3

    private let trace: Trace
    private let costs: Costs
    private let interval: Int
    private let wakesOnArrival: Bool
    private let decideSize: (PoolSnapshot) -> [PoolAction]
    private let observe: (inout PoolSnapshot, [LoadMeter.Change], [LoadMeter.Count]) -> Void

    private var now = 0
    private var nextArrival = 0
    private var nextTick = 0
    /// Indices of the trace, the next one first.
    private var queue: [Int] = []
    private var lost: [Int: Int] = [:]
    private var open: Int
    private var workers: [Int: Worker] = [:]
    private var changes: [String: LoadMeter.Change] = [:]
    private(set) var outcome = Outcome()

    init(_ trace: Trace, _ rule: Rule, costs: Costs = Costs()) {
        (self.trace, self.costs) = (trace, costs)
        (interval, wakesOnArrival) = (rule.interval, rule.wakesOnArrival)
        (decideSize, observe) = rule.make()
        open = trace.tasks.count
        outcome.waits = Array(repeating: -1, count: trace.tasks.count)
    }

    mutating func run() -> Outcome {
        while open > 0 || now < trace.end {
            now = nextEvent
            var mustLook = arrive()
            mustLook = finish() || mustLook
            claim()
            if now >= nextTick || mustLook && wakesOnArrival {
                look()
                claim()
                while nextTick <= now { nextTick += interval }
            }
            note()
        }
        for (_, worker) in workers { outcome.workerTime += now - worker.startedAt }
        outcome.end = now
        return outcome
    }

    private var nextEvent: Int {
        var next = nextTick
        if nextArrival < trace.tasks.count { next = min(next, trace.tasks[nextArrival].arrival) }
        for worker in workers.values {
            switch worker.work {
            case .starting(let until), .busy(_, let until): next = min(next, until)
            case .idle: break
            }
        }
        return max(now, next)
    }

    private mutating func arrive() -> Bool {
        var hasArrived = false
        while nextArrival < trace.tasks.count, trace.tasks[nextArrival].arrival <= now {
            queue.append(nextArrival)
            changes[trace.tasks[nextArrival].type, default: .init(type: trace.tasks[nextArrival].type)].arrived += 1
            nextArrival += 1
            hasArrived = true
        }
        return hasArrived
    }

    /// - Returns: true when a worker died.
    private mutating func finish() -> Bool {
        var hasDied = false
        for slot in workers.keys.sorted() {
            guard let worker = workers[slot] else { continue }
            switch worker.work {
            case .starting(let until) where until <= now: workers[slot]?.work = .idle(since: now)
            case .busy(let index, let until) where until <= now:
                let task = trace.tasks[index]
                changes[task.type, default: .init(type: task.type)].ended += 1
                changes[task.type]?.runTime += Double(task.runTime) / 1000
                if task.isPoison {
                    hasDied = true
                    leave(slot)
                    lost[index, default: 0] += 1
                    if lost[index] == Self.maxLost {
                        open -= 1
                    } else {
                        // It keeps its place.
                        queue.insert(index, at: queue.firstIndex { $0 > index } ?? queue.endIndex)
                        changes[task.type]?.arrived += 1
                    }
                } else {
                    open -= 1
                    workers[slot]?.work = .idle(since: now)
                    if worker.isDraining { leave(slot) }
                }
            case .starting, .busy, .idle: break
            }
        }
        return hasDied
    }

    private mutating func leave(_ slot: Int) {
        guard let worker = workers.removeValue(forKey: slot) else { return }
        outcome.workerTime += now - worker.startedAt
    }

    /// Idle workers take what is queued, the lowest slots first, as they are signalled.
    private mutating func claim() {
        for slot in workers.keys.sorted() where !queue.isEmpty {
            guard let worker = workers[slot], case .idle = worker.work, !worker.isDraining else { continue }
            let index = queue.removeFirst()
            if outcome.waits[index] < 0 { outcome.waits[index] = now + costs.claim - trace.tasks[index].arrival }
            workers[slot]?.work = .busy(task: index, until: now + costs.time(trace.tasks[index]))
        }
    }

    private mutating func look() {
        let seen = workers.sorted { $0.key < $1.key }.map { slot, worker in
            PoolWorker(id: WorkerID(slot: slot), state: worker.isDraining ? .draining : state(worker.work))
        }
        var snapshot = PoolSnapshot(now: .milliseconds(now), pending: queue.count, workers: seen)
        observe(&snapshot, changes.values.sorted { $0.type < $1.type }, counts)
        changes = [:]
        for action in decideSize(snapshot) {
            switch action {
            case .start(let count): for _ in 0..<count { start() }
            case .drain(let id): drain(id.slot)
            }
        }
    }

    private var counts: [LoadMeter.Count] {
        var found: [String: (pending: Int, running: Int)] = [:]
        for index in queue { found[trace.tasks[index].type, default: (0, 0)].pending += 1 }
        for worker in workers.values {
            if case .busy(let index, _) = worker.work { found[trace.tasks[index].type, default: (0, 0)].running += 1 }
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value.pending, $0.value.running) }
    }

    private mutating func start() {
        let slot = (1...).first { workers[$0] == nil } ?? 1
        workers[slot] = Worker(work: .starting(until: now + costs.start), startedAt: now)
        outcome.noteStart(at: now)
    }

    private mutating func drain(_ slot: Int) {
        guard let worker = workers[slot], !worker.isDraining else { return }
        outcome.noteStop(at: now)
        if case .idle = worker.work { leave(slot) } else { workers[slot]?.isDraining = true }
    }

    private func state(_ work: Work) -> PoolWorker.State {
        switch work {
        case .starting: .starting
        case .idle(let since): .idle(since: .milliseconds(since))
        case .busy: .busy
        }
    }

    private mutating func note() {
        let busy = workers.values.count { if case .busy = $0.work { true } else { false } }
        outcome.note(size: workers.count, tasks: queue.count + busy, at: now)
    }
}
