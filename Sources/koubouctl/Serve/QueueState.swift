import KoubouCore

/// How workers and the pool are, read once for all who are told of changes.
final class QueueState {
    struct Snapshot {
        /// The JSON of each worker by its id.
        var workers: [(id: String, json: String)] = []
        var pool = ""
        var isSupervised = false
        /// The number of the supervisor's last decision.
        var lastDecision: Int64 = 0
    }

    private let store: Store
    private var snapshot = Snapshot()
    private var readAt: Duration?
    private var statistics: (json: String, at: Duration)?

    /// A supervisor that is killed commits nothing.
    private static let ageMax: Duration = .seconds(1)

    init(_ store: Store) { self.store = store }

    func expire() { readAt = nil }

    func current(_ limits: PoolLimits, at now: Duration) throws -> Snapshot {
        if let readAt, now - readAt < Self.ageMax { return snapshot }
        snapshot.workers = try store.workerStates()
        snapshot.pool = try store.poolJSON(limits: limits)
        snapshot.isSupervised = try store.supervisor()?.process.isAlive ?? false
        snapshot.lastDecision = try store.decisionsJSON(after: snapshot.lastDecision).last?.seq ?? snapshot.lastDecision
        readAt = now
        return snapshot
    }

    /// The numbers of `/stats`, as of a moment ago.
    func statistics(_ limits: PoolLimits, at now: Duration) throws -> String {
        if let statistics, now - statistics.at < Self.ageMax { return statistics.json }
        let json = try store.statisticsJSON(limits: limits, at: Clock.now)
        statistics = (json, now)
        return json
    }
}
