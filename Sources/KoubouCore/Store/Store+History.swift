extension Store {
    /// What the events in `range` did, by the minute in which they happened, in order.
    public func movements(in range: ClosedRange<Int64>) throws(StoreError) -> [(
        at: Timestamp, minute: LoadHistory.Minute
    )] {
        try database.rows(
            """
            WITH moved AS (SELECT substr(at, 1, 16) AS minute, 60 - CAST(substr(at, 18) AS REAL) AS rest, to_status,
                (to_status = 'pending') - ifnull(from_status = 'pending', 0) AS pending,
                (to_status = 'in_progress') - ifnull(from_status = 'in_progress', 0) AS active
              FROM task_event WHERE seq BETWEEN ?1 AND ?2)
            SELECT minute || ':00', sum(pending), total(pending * rest), sum(active), total(active * rest),
              sum(to_status = 'completed'), sum(to_status = 'failed') FROM moved GROUP BY minute ORDER BY minute
            """, range.lowerBound, range.upperBound
        ) { row throws(StoreError) in
            var minute = LoadHistory.Minute()
            minute.pending = .init(tasks: try row.get(1), seconds: try row.get(2))
            minute.active = .init(tasks: try row.get(3), seconds: try row.get(4))
            (minute.completed, minute.failed) = (try row.get(5), try row.get(6))
            return (try row.get(0), minute)
        }
    }

    /// How many tasks may run and do run, as of the last event there was.
    public func levels() throws(StoreError) -> (event: Int64, pending: Int, active: Int) {
        try database.first(
            """
            SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'task_event'), 0),
              ifnull(sum(iif(status = 'pending', n, 0)), 0), ifnull(sum(iif(status = 'in_progress', n, 0)), 0)
            FROM task_count
            """
        ) { row throws(StoreError) in (try row.get(0), try row.get(1), try row.get(2)) } ?? (0, 0, 0)
    }
}
