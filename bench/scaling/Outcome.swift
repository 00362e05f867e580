/// What a pool did under a trace. Times are milliseconds.
struct Outcome {
    /// How long each task waited until it began for the first time.
    var waits: [Int] = []
    /// Of all workers together, from start to end.
    var workerTime = 0
    var end = 0
    private(set) var starts: [Int] = []
    private(set) var stops: [Int] = []
    /// Workers and tasks from a time on.
    private(set) var history: [(at: Int, size: Int, tasks: Int)] = []

    mutating func noteStart(at time: Int) { starts.append(time) }
    mutating func noteStop(at time: Int) { stops.append(time) }

    mutating func note(size: Int, tasks: Int, at time: Int) {
        if let last = history.last, last.size == size, last.tasks == tasks { return }
        history.append((time, size, tasks))
    }

    var meanWait: Double { waits.isEmpty ? 0 : Double(waits.reduce(0, +)) / Double(waits.count) / 1000 }

    /// The wait that 99 of a hundred tasks don't exceed, by nearest rank.
    var p99Wait: Double {
        let sorted = waits.sorted()
        return sorted.isEmpty ? 0 : Double(sorted[(sorted.count * 99 + 99) / 100 - 1]) / 1000
    }

    /// All waits and all worker-seconds together: a second of a task's waiting is worth a second of a worker.
    var score: Double { meanWait * Double(waits.count) + workerSeconds }

    var workerSeconds: Double { Double(workerTime) / 1000 }

    /// Starts within `span` of a stop, although no more tasks were there than in the same span before that stop.
    func flaps(within span: Int) -> Int {
        starts.count { start in
            stops.contains { stop in
                stop <= start && start < stop + span && mostTasks(from: start, to: start) <= mostTasks(from: stop - span, to: stop)
            }
        }
    }

    private func mostTasks(from first: Int, to last: Int) -> Int {
        var most = history.last { $0.at <= first }?.tasks ?? 0
        for entry in history where (first...last).contains(entry.at) { most = max(most, entry.tasks) }
        return most
    }
}
