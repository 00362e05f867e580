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
    private var measures: [String: Measure] = [:]
    private var lastStop: Duration?

    public init() {}

    /// Takes in what is seen at `now`, and measures.
    public mutating func measure(
        _ changes: [Change], _ counts: [Count], idleTimeout: Duration, at now: Duration
    ) -> MeasuredLoad {
        for change in changes { note(change, at: now) }
        let window = idleTimeout * 2
        for type in measures.keys { measures[type]?.arrivals.removeAll { now - $0.at >= window } }
        let quiet = measures.keys.filter { type in !counts.contains { $0.type == type } }.sorted()
        let types = (counts + quiet.map { ($0, 0, 0) }).map { count in
            let measure = measures[count.type] ?? Measure()
            let arrived = measure.arrivals.reduce(0) { $0 + $1.count }
            let latest = measure.arrivals.reduce(0) { $0 + (now - $1.at < idleTimeout ? $1.count : 0) }
            let seconds = max(idleTimeout / .seconds(1), 0.001)
            return TypeLoad(
                type: count.type, pending: count.pending, running: count.running,
                arrivalRate: Double(arrived) / (2 * seconds),
                steadyRate: Double(min(latest, arrived - latest)) / seconds,
                runTime: measure.ended > 0 ? measure.runTime / measure.ended : nil)
        }
        return MeasuredLoad(types: types, sinceStop: lastStop.map { now - $0 })
    }

    /// Workers were stopped because the load does not need them.
    public mutating func noteStop(at now: Duration) { lastStop = now }

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
