/// Rates of types. The last starts of a type are kept, as many as its rate allows: another one may follow as soon as the
/// oldest of them is longer ago than the period. So no time of that length ever sees more, across workers and restarts.
extension Store {
    /// When another task of `type` may start; nil: now.
    func nextStart(of type: String, _ rate: Rate, at now: Timestamp) throws(StoreError) -> Timestamp? {
        let oldest: Timestamp? = try database.first(
            """
            SELECT at FROM type_start WHERE type = ?1
              AND number = (SELECT max(number) FROM type_start WHERE type = ?1) - ?2 + 1
            """, type, rate.count
        ) { row throws(StoreError) in try row.get(0) }
        // One that lies ahead, by more than the writers of a moment can differ, was before the clock was set back.
        guard let oldest, oldest <= now + rate.period, oldest + rate.period > now else { return nil }
        return oldest + rate.period
    }

    /// How many tasks of `type` may start now.
    func startsLeft(of type: String, _ rate: Rate, at now: Timestamp) throws(StoreError) -> Int {
        let recent: Int? = try database.first(
            """
            SELECT count(*) FROM (SELECT at FROM type_start WHERE type = ?1 ORDER BY number DESC LIMIT ?2)
            WHERE at > ?3 AND at <= ?4
            """, type, rate.count, now + rate.period * -1, now + rate.period
        ) { row throws(StoreError) in try row.get(0) }
        return rate.count - (recent ?? 0)
    }

    /// Notes that a task of `type` starts, and forgets what is no longer of use.
    func noteStart(of type: String, _ rate: Rate, at now: Timestamp) throws(StoreError) {
        let number: Int64 =
            try database.first(
                """
                INSERT INTO type_start SELECT ?1, ifnull(max(number), 0) + 1, ?2 FROM type_start WHERE type = ?1
                RETURNING number
                """, type, now
            ) { row throws(StoreError) in try row.get(0) } ?? 0
        try database.run("DELETE FROM type_start WHERE type = ?1 AND number <= ?2", type, number - Int64(rate.count))
    }
}
