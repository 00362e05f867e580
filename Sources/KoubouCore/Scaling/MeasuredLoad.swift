/// The load of one task type, as it was measured.
public struct TypeLoad: Equatable, Sendable {
    public var type: String
    /// Tasks that could run now, if there were a worker.
    public var pending: Int
    public var running: Int
    /// Tasks a second that lately became ready to run.
    public var arrivalRate: Double
    /// Seconds that an attempt takes; nil while none has ended.
    public var runTime: Double?

    public init(type: String, pending: Int, running: Int, arrivalRate: Double = 0, runTime: Double? = nil) {
        (self.type, self.pending, self.running) = (type, pending, running)
        (self.arrivalRate, self.runTime) = (arrivalRate, runTime)
    }

    /// How many workers the type keeps busy when its tasks are to begin within `targetWait`.
    ///
    /// Little's law: as many tasks run as arrive in a run time. What is pending is to begin within `targetWait`, and so adds
    /// `pending / targetWait` to the rate of arrivals. Never more than there are tasks, and no more than run when nothing
    /// is pending. A run time that is not known yet counts as `targetWait`: a worker for each pending task.
    public func workersNeeded(targetWait: Duration) -> Double {
        guard pending > 0 else { return Double(running) }
        let target = max(targetWait / .seconds(1), 0.001)
        return min(Double(running + pending), (runTime ?? target) * (arrivalRate + Double(pending) / target))
    }
}

/// The load of all types, and what the pool did under it lately.
public struct MeasuredLoad: Equatable, Sendable {
    public var types: [TypeLoad]
    /// The most tasks that there were in the `idle_timeout` before a stop of a worker, of the stops of the last
    /// `idle_timeout`. So many were served by the workers that there are, or were stopped without need: only more than
    /// these start a worker. Nil: none was stopped.
    public var tasksBeforeStop: Int?

    public init(types: [TypeLoad] = [], tasksBeforeStop: Int? = nil) {
        (self.types, self.tasksBeforeStop) = (types, tasksBeforeStop)
    }

    /// Tasks that run or could run.
    public var tasks: Int { types.reduce(0) { $0 + $1.pending + $1.running } }

    /// True when it is the load, or less, under which a worker was just stopped.
    public var isAsBeforeStop: Bool { tasksBeforeStop.map { tasks <= $0 } ?? false }

    /// How many workers all types need together.
    public func workersNeeded(targetWait: Duration) -> Int {
        let sum = types.reduce(0) { $0 + $1.workersNeeded(targetWait: targetWait) }
        return Int(min((sum - 1e-9).rounded(.up), 1e6))
    }
}
