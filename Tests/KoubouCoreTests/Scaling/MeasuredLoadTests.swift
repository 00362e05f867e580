import Testing

@testable import KoubouCore

/// How many workers a measured load needs, and what the policy target-wait makes of it.
struct MeasuredLoadTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var pending = 0
        var running = 0
        var rate = 0.0
        var runTime: Double? = 10
        var needed: Double
    }

    @Test(arguments: [
        Case(testDescription: "nothing", needed: 0),
        Case(testDescription: "nothing is pending: those that run", running: 3, rate: 9, needed: 3),
        Case(testDescription: "a short backlog for one", pending: 3, needed: 1),
        Case(testDescription: "a long one", pending: 12, needed: 4),
        Case(testDescription: "what comes meanwhile counts", pending: 3, running: 9, rate: 0.2, needed: 3),
        Case(testDescription: "no more than there are tasks", pending: 1, running: 1, rate: 9, needed: 2),
        Case(testDescription: "long tasks: one each", pending: 4, runTime: 300, needed: 4),
        Case(testDescription: "a thousand of a hundredth of a second", pending: 1000, runTime: 0.01, needed: 1.0 / 3),
        Case(testDescription: "unknown: one each", pending: 4, running: 2, runTime: nil, needed: 6),
        Case(testDescription: "unknown, and nothing pending", running: 2, rate: 1, runTime: nil, needed: 2),
    ])
    func needs(_ row: Case) {
        let load = TypeLoad(
            type: "shell", pending: row.pending, running: row.running, arrivalRate: row.rate, runTime: row.runTime)
        #expect(abs(load.workersNeeded(targetWait: .seconds(30)) - row.needed) < 1e-6)
    }

    @Test func typesAddUp() {
        let load = MeasuredLoad(types: [
            TypeLoad(type: "a", pending: 1, running: 0, runTime: 10), TypeLoad(type: "b", pending: 0, running: 2),
            TypeLoad(type: "c", pending: 2, running: 0, runTime: 60),
        ])
        #expect(load.workersNeeded(targetWait: .seconds(30)) == 5, "a third, two, two")
    }

    private static func decided(
        pending: Int, workers: [PoolWorker.State], sinceStop: Int? = nil, runTime: Double = 60, steadyRate: Double = 0, size: ClosedRange<Int> = 1...5,
        memoryIsShort: Bool = false, idleTimeout: Duration = .seconds(30)
    ) -> [PoolAction] {
        var limits = PoolLimits()
        (limits.policy, limits.workers, limits.idleTimeout) = (.targetWait, size, idleTimeout)
        let busy = workers.count { $0 == .busy }
        let snapshot = PoolSnapshot(
            now: .seconds(100), pending: pending,
            workers: workers.enumerated().map { PoolWorker(id: WorkerID(slot: $0.offset + 1), state: $0.element) },
            memoryIsShort: memoryIsShort,
            load: MeasuredLoad(
                types: [TypeLoad(type: "shell", pending: pending, running: busy, steadyRate: steadyRate, runTime: runTime)],
                sinceStop: sinceStop.map { .seconds($0) }))
        return decide(snapshot, limits: limits)
    }

    private static func idle(_ seconds: Int) -> PoolWorker.State { .idle(since: .seconds(100 - seconds)) }

    @Test func grows() {
        #expect(Self.decided(pending: 2, workers: [.busy]) == [.start(count: 2)], "ratio would not")
        #expect(Self.decided(pending: 5, workers: [.busy], runTime: 1).isEmpty, "ratio would")
        #expect(Self.decided(pending: 99, workers: [.busy]) == [.start(count: 4)], "up to max")
        #expect(Self.decided(pending: 2, workers: [.busy, .starting, .starting]).isEmpty, "they come")
        #expect(Self.decided(pending: 2, workers: [.busy], memoryIsShort: true).isEmpty)
        #expect(Self.decided(pending: 0, workers: [], size: 2...5) == [.start(count: 2)], "min is filled")
        #expect(Self.decided(pending: 1, workers: [], runTime: 0.001, size: 0...5) == [.start(count: 1)])
    }

    @Test func startsNobodySoonAfterAStop() {
        #expect(Self.decided(pending: 2, workers: [.busy], sinceStop: 29).isEmpty)
        #expect(Self.decided(pending: 2, workers: [.busy], sinceStop: 30) == [.start(count: 2)])
        #expect(Self.decided(pending: 0, workers: [], sinceStop: 1, size: 2...5) == [.start(count: 2)], "min is filled all the same")
    }

    @Test func shrinks() {
        let (first, second) = (PoolAction.drain(WorkerID(slot: 1)), PoolAction.drain(WorkerID(slot: 2)))
        #expect(Self.decided(pending: 0, workers: [Self.idle(2), .busy]) == [first], "a fifteenth of idle_timeout")
        #expect(Self.decided(pending: 0, workers: [Self.idle(1), .busy]).isEmpty)
        #expect(Self.decided(pending: 0, workers: [Self.idle(2), Self.idle(3)]) == [second], "down to min")
        #expect(Self.decided(pending: 1, workers: [Self.idle(9), .busy]).isEmpty, "something is pending")
        #expect(
            Self.decided(pending: 0, workers: [Self.idle(9), Self.idle(8), .busy], steadyRate: 0.02) == [first],
            "a steady load of 1.2 needs two")
        #expect(Self.decided(pending: 0, workers: [Self.idle(9), .busy], steadyRate: 9).isEmpty)
        #expect(
            Self.decided(pending: 0, workers: [Self.idle(30), .busy], idleTimeout: .seconds(31)).isEmpty,
            "where a wrong guess would cost more than target_wait, none is made")
        #expect(Self.decided(pending: 0, workers: [Self.idle(31), .busy], idleTimeout: .seconds(31)) == [first])
    }
}
