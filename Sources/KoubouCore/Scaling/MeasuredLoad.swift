/// The load of one task type, as it was measured.
public struct TypeLoad: Equatable, Sendable {
    public var type: String
    /// Tasks that could run now, if there were a worker.
    public var pending: Int
    public var running: Int
    /// Tasks a second that lately became ready to run.
    public var arrivalRate: Double
    /// Of this, how many come all the time: no fewer in one half of that time than in the other.
    public var steadyRate: Double
    /// Seconds that an attempt takes; nil while none has ended.
    public var runTime: Double?

    public init(
        type: String, pending: Int, running: Int, arrivalRate: Double = 0, steadyRate: Double = 0,
        runTime: Double? = nil
    ) {
        (self.type, self.pending, self.running) = (type, pending, running)
        (self.arrivalRate, self.steadyRate, self.runTime) = (arrivalRate, steadyRate, runTime)
    }

    /// How many workers the type keeps busy when its tasks are to begin within `targetWait`.
    ///
    /// Little's law: as many tasks run as arrive in a run time. What is pending is to begin within `targetWait`, and so adds
    /// `pending / targetWait` to the rate of arrivals. Never more than there are tasks, and no more than run when nothing
    /// is pending. One for each task while nobody knows how long they run.
    public func workersNeeded(targetWait: Duration) -> Double {
        guard pending > 0 else { return Double(running) }
        guard let runTime else { return Double(running + pending) }
        let target = max(targetWait / .seconds(1), 0.001)
        return min(Double(running + pending), runTime * (arrivalRate + Double(pending) / target))
    }

    /// How many workers the type keeps busy all the time: Little's law by itself.
    var workersKept: Double { (runTime ?? 0) * steadyRate }
}

/// The load of all types, and what the pool did under it.
public struct MeasuredLoad: Equatable, Sendable {
    public var types: [TypeLoad]
    /// How long ago workers were stopped as superfluous; nil: never.
    public var sinceStop: Duration?

    public init(types: [TypeLoad] = [], sinceStop: Duration? = nil) {
        (self.types, self.sinceStop) = (types, sinceStop)
    }

    /// How many workers stay, also when some of them are idle for a moment: a steady load needs them again at once.
    var workersKept: Int { whole(types.reduce(0) { $0 + $1.workersKept }) }

    /// How many workers all types need together.
    public func workersNeeded(targetWait: Duration) -> Int {
        whole(types.reduce(0) { $0 + $1.workersNeeded(targetWait: targetWait) })
    }

    private func whole(_ workers: Double) -> Int { Int(min((workers - 1e-9).rounded(.up), 1e6)) }
}
