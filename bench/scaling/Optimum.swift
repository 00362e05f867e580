/// What somebody could do who knows the future: dynamic programming over the states of the pool.
///
/// Workers beyond the smallest size live as long as they are busy, so that all that is to be decided is at which arrival
/// or end of a task, in order, the next ones begin. What is made small is the sum of all waits and all worker-seconds.
/// Two states in which the same tasks run until the same times are one; of the others the best `width` are kept at each
/// event, so that what is found is a schedule that can be run, and may be a little above the true optimum.
struct Optimum {
    private static let width = 400

    private struct State {
        /// Waits, idle time of the smallest pool and starts; the run times are the same for all.
        var cost = 0
        /// The first task of the trace that has not begun.
        var next = 0
        /// When the running ones end, the first one first.
        var ends: [Int] = []
        /// Workers that are there at this moment, before those leave that have nothing to do.
        var workers = 0
        var idle = 0
        var starts = 0
        var begins: Begin?
    }

    /// The begins of a state, the last one first.
    private final class Begin {
        let at: Int
        let earlier: Begin?

        init(at: Int, earlier: Begin?) { (self.at, self.earlier) = (at, earlier) }
    }

    private let trace: Trace
    private let size: ClosedRange<Int>
    private let costs: Costs

    init(_ trace: Trace, size: ClosedRange<Int>, costs: Costs = Costs()) {
        (self.trace, self.size, self.costs) = (trace, size, costs)
    }

    func run() -> Outcome {
        var states = [State()]
        var now = 0
        var arrived = 0
        while true {
            let arrival = arrived < trace.tasks.count ? trace.tasks[arrived].arrival : .max
            let end = states.compactMap(\.ends.first).min() ?? .max
            let event = min(arrival, end)
            if event == .max { break }
            for index in states.indices { advance(&states[index], from: now, to: event, arrived: arrived) }
            now = event
            while arrived < trace.tasks.count, trace.tasks[arrived].arrival <= now { arrived += 1 }
            states = best(of: states.flatMap { choices($0, at: now, arrived: arrived) })
        }
        // One that leaves a task for ever waits for ever.
        let done = states.filter { $0.next == trace.tasks.count }
        guard var winner = done.min(by: { $0.cost < $1.cost }) else { preconditionFailure("the last task can always begin") }
        winner.idle += max(0, trace.end - now) * size.lowerBound
        return outcome(of: winner, until: max(now, trace.end))
    }

    private func runTime(_ task: TraceTask) -> Int { (task.isPoison ? 3 : 1) * costs.time(task) }

    private func advance(_ state: inout State, from start: Int, to end: Int, arrived: Int) {
        state.cost += (arrived - state.next) * (end - start)
        let idle = max(0, size.lowerBound - state.ends.count) * (end - start)
        state.idle += idle
        state.cost += idle
        state.workers = max(size.lowerBound, state.ends.count)
        while let first = state.ends.first, first <= end { state.ends.removeFirst() }
    }

    /// The next tasks begin: none, one, … all that there are, as far as there is room.
    private func choices(_ state: State, at now: Int, arrived: Int) -> [State] {
        var all = state.ends.isEmpty && state.next < arrived ? [] : [state]  // nobody waits for nothing
        var state = state
        while state.next < arrived, state.ends.count < size.upperBound {
            let isNew = state.ends.count >= state.workers
            if isNew { state.workers += 1 }
            let begin = now + (isNew ? costs.start : 0) + costs.claim
            state.cost += (isNew ? 2 * costs.start : 0) + costs.claim
            state.starts += isNew ? 1 : 0
            let end = begin - costs.claim + runTime(trace.tasks[state.next])
            state.ends.insert(end, at: state.ends.firstIndex { $0 > end } ?? state.ends.endIndex)
            state.begins = Begin(at: begin, earlier: state.begins)
            state.next += 1
            all.append(state)
        }
        return all
    }

    private func best(of states: [State]) -> [State] {
        struct Key: Hashable {
            let next: Int
            let ends: [Int]
        }
        var seen: Set<Key> = []
        var best: [State] = []
        let sorted = states.enumerated().sorted { ($0.element.cost, $0.offset) < ($1.element.cost, $1.offset) }
        for (_, state) in sorted where best.count < Self.width {
            if seen.insert(Key(next: state.next, ends: state.ends)).inserted { best.append(state) }
        }
        return best
    }

    private func outcome(of state: State, until end: Int) -> Outcome {
        var begins: [Int] = []
        var begin = state.begins
        while let last = begin {
            begins.append(last.at)
            begin = last.earlier
        }
        begins.reverse()
        var outcome = Outcome()
        outcome.end = end
        outcome.waits = zip(begins, trace.tasks).map { $0 - $1.arrival }
        outcome.workerTime = state.idle + state.starts * costs.start + trace.tasks.reduce(0) { $0 + runTime($1) }
        let changes =
            zip(begins, trace.tasks).flatMap { [($0, 1), ($0 + runTime($1), -1)] }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        var busy = 0
        for _ in 0..<size.lowerBound + state.starts { outcome.noteStart(at: 0) }
        for _ in 0..<state.starts { outcome.noteStop(at: outcome.end) }
        outcome.note(size: size.lowerBound, tasks: 0, at: 0)
        for (time, change) in changes {
            busy += change
            outcome.note(size: max(size.lowerBound, busy), tasks: busy, at: time)
        }
        return outcome
    }
}
