import Testing

@testable import KoubouCore

/// The rule of scaling over whole loads, not over single moments.
struct PoolSimulationTests {
    private static func anyLimits(_ random: inout SeededGenerator) -> PoolLimits {
        var limits = PoolLimits()
        let least = Int.random(in: 0...4, using: &random)
        limits.workers = least...Int.random(in: max(1, least)...10, using: &random)
        limits.scaleUpThreshold = [0.5, 1, 2, 2, 2, 3.5].randomElement(using: &random) ?? 2
        limits.idleTimeout = .seconds(Int.random(in: 1...30, using: &random))
        limits.policy = random.oneIn(2) ? .ratio : .targetWait
        limits.targetWait = .seconds(Int.random(in: 1...60, using: &random))
        return limits
    }

    /// Bursts, lulls, long and short tasks, workers that die, memory that runs short.
    @Test(arguments: 1...150 as ClosedRange<UInt64>)
    func keepsItsBoundsAndDrainsTheQueue(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limits = Self.anyLimits(&random)
        let lastArrival = 3000
        let (burst, rate, longest) = (
            Int.random(in: 1...60, using: &random), Int.random(in: 5...200, using: &random),
            Int.random(in: 1...60, using: &random)
        )
        let isStormy = random.oneIn(3)
        var (arrivals, services, deaths) = (
            SeededGenerator(seed: seed + 1000), SeededGenerator(seed: seed + 2000), SeededGenerator(seed: seed + 3000)
        )
        let load = PoolSimulation.Load(
            arrivals: { $0 < lastArrival && arrivals.oneIn(rate) ? Int.random(in: 1...burst, using: &arrivals) : 0 },
            service: { Int.random(in: 1...longest, using: &services) },
            startTime: Int.random(in: 1...10, using: &random),
            dies: { $0 < lastArrival && isStormy && deaths.oneIn(40) },
            memoryIsShort: { isStormy && $0 % 500 < 100 })
        var pool = PoolSimulation(limits: limits, load: load)
        pool.run(steps: lastArrival)

        // All that is left at the pace of the fewest workers that may be there, and the time to shrink.
        let enough = pool.handedIn * longest + 10 * PoolSimulation.steps(limits.idleTimeout) + 2000
        let isDown = pool.runDown(within: enough)
        #expect(isDown, "the queue is drained and the pool is at min again")
        #expect(pool.isEmpty && pool.queued == 0 && pool.size == limits.workers.lowerBound)
        #expect(pool.sizes.allSatisfy { limits.workers.contains($0) }, "\(limits.workers)")
    }

    /// A load that stays as it is: what was stopped as superfluous must not be missed at once.
    @Test(arguments: 1...150 as ClosedRange<UInt64>)
    func doesNotFlapUnderASteadyLoad(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var limits = Self.anyLimits(&random)
        limits.idleTimeout = .seconds(Int.random(in: 3...30, using: &random))
        let idleTimeout = PoolSimulation.steps(limits.idleTimeout)
        // Steady means: it comes again before a worker that it needs has been idle for too long.
        let interval = Int.random(in: 1...(idleTimeout / 2), using: &random)
        let (batch, service) = (Int.random(in: 1...12, using: &random), Int.random(in: 1...40, using: &random))
        var pool = PoolSimulation(
            limits: limits, load: PoolSimulation.Load(arrivals: { $0 % interval == 0 ? batch : 0 }, service: { service }))
        pool.run(steps: 6000)
        for stop in pool.stops {
            #expect(!pool.starts.contains { (stop..<stop + idleTimeout).contains($0) }, "a start soon after \(stop)")
        }
        #expect(pool.sizes.allSatisfy { limits.workers.contains($0) })
    }

    /// By target-wait nobody is started soon after a stop, whatever comes.
    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func targetWaitDoesNotFlap(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var limits = Self.anyLimits(&random)
        limits.policy = .targetWait
        let (rate, burst, longest) = (
            Int.random(in: 5...100, using: &random), Int.random(in: 1...8, using: &random), Int.random(in: 1...300, using: &random)
        )
        var (arrivals, services) = (SeededGenerator(seed: seed + 1000), SeededGenerator(seed: seed + 2000))
        var pool = PoolSimulation(
            limits: limits,
            load: PoolSimulation.Load(
                arrivals: { _ in arrivals.oneIn(rate) ? Int.random(in: 1...burst, using: &arrivals) : 0 },
                service: { Int.random(in: 1...longest, using: &services) }))
        pool.run(steps: 6000)
        let span = PoolSimulation.steps(limits.idleTimeout)
        for stop in pool.stops {
            #expect(!pool.starts.contains { (stop..<stop + span).contains($0) }, "a start soon after \(stop)")
        }
        #expect(pool.sizes.allSatisfy { limits.workers.contains($0) })
    }

    @Test func growsAtOnceAndShrinksBack() {
        // Fifteen tasks of two seconds at once: five workers, three rounds, and back to one.
        var limits = PoolLimits()
        limits.idleTimeout = .seconds(3)
        var pool = PoolSimulation(
            limits: limits, pollInterval: 10,
            load: PoolSimulation.Load(arrivals: { $0 == 1 ? 15 : 0 }, service: { 20 }))
        pool.run(steps: 3)
        #expect(pool.size == 5)
        pool.run(steps: 80)
        #expect(pool.completed == 15)
        pool.run(steps: 50)
        #expect(pool.size == 1)
        #expect(pool.sizes.max() == 5)
    }

    @Test func aSingleTaskNeedsNoSecondWorker() {
        var pool = PoolSimulation(
            limits: PoolLimits(), load: PoolSimulation.Load(arrivals: { $0 % 100 == 50 ? 1 : 0 }, service: { 30 }))
        pool.run(steps: 3000)
        #expect(pool.starts.count == 1)
        #expect(pool.stops.isEmpty)
    }
}
