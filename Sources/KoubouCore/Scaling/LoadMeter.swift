/// Measures the load from what is seen at each look. It has no clock and does no I/O.
public struct LoadMeter: Sendable {
    /// What happened to the tasks of one type since the last look.
    public struct Change: Equatable, Sendable {
        public var type: String
        /// Tasks that became ready to run.
        public var arrived: Int
        /// Attempts that ended, and their seconds together.
        public var ended: Int
        public var runTime: Double

        public init(type: String, arrived: Int = 0, ended: Int = 0, runTime: Double = 0) {
            (self.type, self.arrived, self.ended, self.runTime) = (type, arrived, ended, runTime)
        }
    }

    /// How many tasks of a type could run, and how many do.
    public typealias Count = (type: String, pending: Int, running: Int)

    private struct Measure {
        var arrivals: [(at: Duration, count: Int)] = []
        var ended = 0.0
        var runTime = 0.0
    }

    /// Run times are the mean of about so many attempts.
    private static let attempts = 100.0
    /// Arrivals are counted over so many times `idle_timeout`: one burst is no steady load.
    private static let span = 2

    private var measures: [String: Measure] = [:]
    /// How many tasks there were from a look on; the first may be older than `idle_timeout`, and held until the second.
    private var levels: [(at: Duration, tasks: Int)] = []
    private var stops: [(at: Duration, tasks: Int)] = []

    public init() {}

    /// Takes in what is seen at `now`, and measures.
    public mutating func measure(
        _ changes: [Change], _ counts: [Count], idleTimeout: Duration, at now: Duration
    ) -> MeasuredLoad {
        for change in changes { note(change, at: now) }
        let window = idleTimeout * Self.span
        for type in measures.keys { measures[type]?.arrivals.removeAll { now - $0.at >= window } }
        let types = counts.map { count in
            let measure = measures[count.type] ?? Measure()
            let arrived = measure.arrivals.reduce(0) { $0 + $1.count }
            return TypeLoad(
                type: count.type, pending: count.pending, running: count.running,
                arrivalRate: window > .zero ? Double(arrived) / (window / .seconds(1)) : 0,
                runTime: measure.ended > 0 ? measure.runTime / measure.ended : nil)
        }
        stops.removeAll { now - $0.at >= idleTimeout }
        let load = MeasuredLoad(types: types, tasksBeforeStop: stops.map(\.tasks).max())
        while levels.count > 1, now - levels[1].at > idleTimeout { levels.removeFirst() }
        if levels.last?.tasks != load.tasks { levels.append((now, load.tasks)) }
        return load
    }

    /// Workers were stopped right after the measurement at `now`, because the load does not need them.
    public mutating func noteStop(at now: Duration) { stops.append((now, levels.map(\.tasks).max() ?? 0)) }

    private mutating func note(_ change: Change, at now: Duration) {
        var measure = measures[change.type] ?? Measure()
        if change.arrived > 0 { measure.arrivals.append((now, change.arrived)) }
        measure.ended += Double(change.ended)
        measure.runTime += change.runTime
        if measure.ended > Self.attempts {
            measure.runTime *= Self.attempts / measure.ended
            measure.ended = Self.attempts
        }
        measures[change.type] = measure
    }
}
