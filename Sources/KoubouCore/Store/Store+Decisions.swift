extension Store {
    /// As many decisions as are kept.
    private static let kept = 100

    /// Writes down what the supervisor did to the pool.
    public func record(_ decision: PoolDecision) throws(StoreError) {
        try write { () throws(StoreError) in
            try database.run(
                """
                INSERT INTO pool_decision (at, action, workers_before, workers_after, pending, reason)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                """, decision.at, decision.action, decision.before, decision.after, decision.pending, decision.reason)
            try database.run(
                "DELETE FROM pool_decision WHERE seq <= (SELECT max(seq) FROM pool_decision) - ?1", Self.kept)
        }
    }

    /// The last `limit` decisions, the newest last.
    public func decisions(limit: Int) throws(StoreError) -> [PoolDecision] {
        try database.rows(
            """
            SELECT action, workers_before, workers_after, pending, reason, at FROM pool_decision
            ORDER BY seq DESC LIMIT ?1
            """, limit
        ) { row throws(StoreError) in
            PoolDecision(
                try row.get(0), before: try row.get(1), after: try row.get(2), pending: try row.get(3),
                because: try row.get(4), at: try row.get(5))
        }.reversed()
    }
}
