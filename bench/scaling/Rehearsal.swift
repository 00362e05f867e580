import Glibc
import KoubouCore

/// The traces for real, ten times as fast: kouboud and its workers, all traces and both policies beside each other.
struct Rehearsal {
    static let tempo = 0.1
    static let size = 1...8
    private static let sample: Duration = .milliseconds(50)

    /// The folder with kouboud and koubou-worker.
    let programs: String

    /// Prints one line for each trace and policy, as `Report` reads them.
    func run() throws {
        let costs = try measureCosts()
        print("costs\t\(costs.start)\t\(costs.claim)\t\(costs.run)\t\(costs.death)")
        let traces = Trace.all.map { $0.scaled(by: Self.tempo) }
        var stages: [Stage] = []
        defer { for stage in stages { stage.close() } }
        for trace in traces {
            for policy in ScalingPolicy.allCases {
                let limits = Rules(size: Self.size, tempo: Self.tempo).limits(policy)
                stages.append(try Stage(trace, limits, poll: .milliseconds(200), programs: programs))
            }
        }
        let start = MonotonicClock.now
        while true {
            let now = MonotonicClock.now
            var isDone = true
            for stage in stages { if try stage.step(at: now - start) { isDone = false } }
            if isDone { break }
            let due = stages.compactMap(\.nextArrival).min().map { start + $0 } ?? .seconds(1 << 40)
            MonotonicClock.pause(for: max(.zero, min(due - MonotonicClock.now, Self.sample)))
        }
        for stage in stages {
            let outcome = try stage.outcome()
            print(
                [
                    stage.trace.name, stage.limits.policy.rawValue, "\(outcome.meanWait)", "\(outcome.p99Wait)",
                    "\(outcome.workerSeconds)", "\(outcome.starts.count)", "\(outcome.stops.count)",
                ].joined(separator: "\t"))
        }
    }

    func showCosts() throws {
        let costs = try measureCosts()
        print("a new worker: \(costs.start) ms")
        print("until an idle worker has a task: \(costs.claim) ms")
        print("a task beside its run time: \(costs.run) ms")
        print("the death of a worker: \(costs.death) ms")
    }

    /// Medians of twenty tasks that found no worker, of twenty that found an idle one, and of twenty that killed it.
    private func measureCosts() throws -> Costs {
        let (cold, warm) = (try medians(size: 0...1), try medians(size: 1...1))
        var costs = Costs(start: max(1, cold.wait - warm.wait), claim: max(1, warm.wait), run: max(1, warm.run - 1), death: 0)
        // The last of three attempts begins after two deaths.
        let deadly = try medians(size: 1...1, isPoison: true)
        costs.death = max(1, deadly.wait / 2 - costs.start - costs.claim - costs.run - 1)
        return costs
    }

    private func medians(size: ClosedRange<Int>, isPoison: Bool = false) throws -> (wait: Int, run: Int) {
        let tasks = (0..<20).map { TraceTask(arrival: 500 + $0 * 600, runTime: 1, type: "exec", isPoison: isPoison) }
        let trace = Trace(name: "costs", summary: "", seed: 0, tasks: tasks, end: 500 + tasks.count * 600)
        var limits = PoolLimits()
        (limits.workers, limits.idleTimeout) = (size, .milliseconds(50))
        let stage = try Stage(trace, limits, poll: .milliseconds(50), programs: programs)
        defer { stage.close() }
        let start = MonotonicClock.now
        while try stage.step(at: MonotonicClock.now - start) { MonotonicClock.pause(for: .milliseconds(2)) }
        return isPoison
            ? (stage.deadly.sorted()[tasks.count / 2], 0)
            : (try stage.outcome().waits.sorted()[tasks.count / 2], stage.runs.sorted()[tasks.count / 2])
    }

    private func print(_ line: String) { writeAll(line + "\n", to: STDOUT_FILENO) }
}
