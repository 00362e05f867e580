import Testing

@testable import KoubouCore

struct DecideTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var pending = 0
        var workers: [PoolWorker.State] = []
        var actions: [PoolAction]
        var memoryIsShort = false
        var childWaits = false
        var size = 1...5
        var threshold = 2.0
    }

    private static func idle(_ seconds: Int) -> PoolWorker.State { .idle(since: .seconds(100 - seconds)) }
    private static func drain(_ slots: Int...) -> [PoolAction] { slots.map { .drain(WorkerID(slot: $0)) } }

    @Test(arguments: [
        Case(testDescription: "an empty pool fills to min", actions: [.start(count: 1)]),
        Case(testDescription: "a larger min, all at once", workers: [.busy], actions: [.start(count: 2)], size: 3...5),
        Case(testDescription: "min 0, nothing to do", actions: [], size: 0...5),
        Case(testDescription: "min 0, one task", pending: 1, actions: [.start(count: 1)], size: 0...5),
        Case(testDescription: "at the threshold: none", pending: 2, workers: [.busy], actions: []),
        Case(testDescription: "above the threshold: one more", pending: 3, workers: [.busy], actions: [.start(count: 1)]),
        Case(testDescription: "as many as it takes in one tick", pending: 7, workers: [.busy], actions: [.start(count: 3)]),
        Case(testDescription: "never above max", pending: 1000, workers: [.busy], actions: [.start(count: 4)]),
        Case(testDescription: "from nothing to max", pending: 1000, actions: [.start(count: 5)]),
        Case(testDescription: "full: none", pending: 1000, workers: [.busy, .busy, .busy, .busy, .busy], actions: []),
        Case(testDescription: "a starting one counts", pending: 4, workers: [.busy, .starting], actions: []),
        Case(testDescription: "a draining one doesn't", pending: 4, workers: [.busy, .draining], actions: [.start(count: 1)]),
        Case(testDescription: "only a draining one: min is filled", workers: [.draining], actions: [.start(count: 1)]),
        Case(testDescription: "half a task a worker", pending: 1, workers: [.busy], actions: [.start(count: 1)],
             threshold: 0.5),
        Case(testDescription: "memory is short", pending: 99, workers: [.busy], actions: [], memoryIsShort: true),
        Case(testDescription: "memory is short, yet min is filled", pending: 99, actions: [.start(count: 1)],
             memoryIsShort: true),
        Case(testDescription: "memory is short, and idle ones leave", workers: [idle(40), idle(40)], actions: drain(2),
             memoryIsShort: true),
        Case(testDescription: "a child waits, and all are busy", pending: 1, workers: [.busy, .busy],
             actions: [.start(count: 1)], childWaits: true),
        Case(testDescription: "a child waits for one that is there", pending: 1, workers: [.busy, idle(1)], actions: [],
             childWaits: true),
        Case(testDescription: "a child waits for one that comes", pending: 1, workers: [.busy, .starting], actions: [],
             childWaits: true),
        Case(testDescription: "a child waits that could not run", workers: [.busy], actions: [], childWaits: true),
        Case(testDescription: "a child waits, and the pool is full", pending: 1, workers: [.busy], actions: [],
             childWaits: true, size: 1...1),
        Case(testDescription: "a child waits, and memory is short", pending: 1, workers: [.busy], actions: [],
             memoryIsShort: true, childWaits: true),
        Case(testDescription: "the longest idle leaves, min stays", workers: [idle(31), idle(40)], actions: drain(2)),
        Case(testDescription: "only those idle for long", workers: [idle(40), idle(10), idle(29)], actions: drain(1)),
        Case(testDescription: "idle for just idle_timeout", workers: [idle(30), .busy], actions: drain(1)),
        Case(testDescription: "not yet", workers: [idle(29), .busy], actions: []),
        Case(testDescription: "the longest first", workers: [idle(31), idle(50), idle(40), .busy], actions: drain(2, 3, 1)),
        Case(testDescription: "of equals the highest slot", workers: [idle(40), idle(40)], actions: drain(2)),
        Case(testDescription: "down to min and no further", workers: [idle(50), idle(40), idle(45), idle(60)],
             actions: drain(4, 1), size: 2...5),
        Case(testDescription: "busy and starting ones stay", workers: [.busy, .starting, .busy], actions: []),
        Case(testDescription: "a draining one isn't drained again", workers: [.draining, .busy], actions: []),
        Case(testDescription: "something is pending: nobody leaves", pending: 1, workers: [idle(99), .busy], actions: []),
        Case(testDescription: "above a new max, idle ones leave at once", pending: 9,
             workers: [idle(1), .busy, idle(2)], actions: drain(3), size: 1...2),
        Case(testDescription: "above a new max, all busy", pending: 9, workers: [.busy, .busy, .busy], actions: drain(3),
             size: 1...2),
        Case(testDescription: "above a new max, idle ones before busy ones", pending: 9,
             workers: [idle(1), .busy, .busy, .starting], actions: drain(1, 4), size: 1...2),
        Case(testDescription: "draining ones fill the pool up to max", pending: 99,
             workers: [.draining, .draining, .busy, .draining], actions: [.start(count: 1)]),
        Case(testDescription: "no room while all drain", pending: 99, workers: [.draining, .draining], actions: [], size: 1...2),
    ])
    func decides(_ row: Case) {
        let workers = row.workers.enumerated().map { PoolWorker(id: WorkerID(slot: $0.offset + 1), state: $0.element) }
        let snapshot = PoolSnapshot(
            now: .seconds(100), pending: row.pending, workers: workers, memoryIsShort: row.memoryIsShort,
            childWaits: row.childWaits)
        var limits = PoolLimits()
        (limits.workers, limits.scaleUpThreshold) = (row.size, row.threshold)
        #expect(decide(snapshot, limits: limits) == row.actions)
    }

    @Test func hasTheDefaultsOfTheManual() {
        let limits = PoolLimits()
        #expect(limits.workers == 1...5)
        #expect(limits.scaleUpThreshold == 2)
        #expect(limits.idleTimeout == .seconds(30))
    }

    /// Any pool, also one that no run leads to.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func keepsItsPromisesForAnyPool(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            let (snapshot, limits) = Self.anyPool(&random)
            let actions = decide(snapshot, limits: limits)
            let active = snapshot.workers.count { $0.state != .draining }
            let pending = Double(snapshot.pending)

            var (started, drained) = (0, [WorkerID]())
            for action in actions {
                switch action {
                case .start(let count): started += count
                case .drain(let id): drained.append(id)
                }
            }
            #expect(started == 0 || drained.isEmpty, "grows or shrinks, never both")
            #expect(!actions.contains(.start(count: 0)))
            let size = active + started - drained.count
            #expect(size <= max(active, limits.workers.upperBound))
            let processes = snapshot.workers.count + started
            #expect(size >= limits.workers.lowerBound || processes >= limits.workers.upperBound)
            if started > 0 { #expect(processes <= limits.workers.upperBound) }

            // As many as the ratio asks for, and no more.
            if processes < limits.workers.upperBound, !snapshot.memoryIsShort, drained.isEmpty {
                #expect(pending <= Double(size) * limits.scaleUpThreshold)
            }
            if started > 0, size > limits.workers.lowerBound {
                #expect(pending > Double(size - 1) * limits.scaleUpThreshold)
                #expect(!snapshot.memoryIsShort)
            }

            #expect(Set(drained).count == drained.count)
            let excess = active - limits.workers.upperBound
            for (index, id) in drained.enumerated() {
                let worker = snapshot.workers.first { $0.id == id }
                guard let worker, case .idle(let since) = worker.state else {
                    #expect(index < excess, "\(id) isn't idle")
                    continue
                }
                #expect(index < excess || (snapshot.pending == 0 && snapshot.now - since >= limits.idleTimeout))
            }
        }
    }

    private static func anyPool(_ random: inout SeededGenerator) -> (PoolSnapshot, PoolLimits) {
        var limits = PoolLimits()
        let least = Int.random(in: 0...6, using: &random)
        limits.workers = least...Int.random(in: max(least, 1)...12, using: &random)
        limits.scaleUpThreshold = [0.5, 1, 2, 3.7].randomElement(using: &random) ?? 2
        limits.idleTimeout = .seconds(Int.random(in: 0...40, using: &random))
        let workers = (0..<Int.random(in: 0...15, using: &random)).map { index in
            let idle = PoolWorker.State.idle(since: .seconds(100 - Int.random(in: 0...60, using: &random)))
            return PoolWorker(
                id: WorkerID(slot: index + 1), state: [.busy, .starting, .draining, idle, idle].randomElement(using: &random) ?? idle)
        }
        let pending = random.oneIn(2) ? 0 : Int.random(in: 0...60, using: &random)
        return (
            PoolSnapshot(now: .seconds(100), pending: pending, workers: workers, memoryIsShort: random.oneIn(5)), limits
        )
    }
}
