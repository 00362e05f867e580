import KoubouCore

/// What was done to the pool is written down for people, with the reason.
extension Supervisor {
    /// Workers that don't drain.
    var activeChildren: Int { children.values.count { !$0.isDraining } }

    /// Writes down what was just done. A pool that can't do that works all the same.
    ///
    /// - Parameter before: active workers before it; nil: as many as now.
    func record(_ action: PoolDecision.Action, from before: Int? = nil, because reason: String) {
        let active = activeChildren
        try? store.record(
            PoolDecision(
                action, before: before ?? active, after: active, pending: pending, because: reason, at: Clock.now))
    }

    /// Notes what keeps the pool from its work, once for each change.
    func tell(_ text: String?) throws(StoreError) {
        guard text != note else { return }
        if let text { log.warn(text) }
        note = text
        try store.note(text)
        if let text { record(.hold, because: text) }
    }
}
