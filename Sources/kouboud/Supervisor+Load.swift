import KoubouCore

/// Measuring the load, where the policy goes by it.
extension Supervisor {
    func measure(_ survey: Survey, at now: Duration) throws(StoreError) -> MeasuredLoad {
        guard configuration.pool.policy == .targetWait else {
            meteredEvent = nil
            return MeasuredLoad()
        }
        var (changes, last) = try store.changes(after: meteredEvent)
        // Of what came before, only how long it ran is of use.
        if meteredEvent == nil { for index in changes.indices { changes[index].arrived = 0 } }
        meteredEvent = last
        let running = try store.runningTasks()
        let counts = Set(survey.ready.keys).union(running.keys).sorted().map { type in
            (type: type, pending: survey.ready[type] ?? 0, running: running[type] ?? 0)
        }
        return meter.measure(changes, counts, idleTimeout: configuration.pool.idleTimeout, at: now)
    }
}
