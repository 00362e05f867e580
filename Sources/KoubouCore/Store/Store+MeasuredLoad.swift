/// What the supervisor measures the load by.
extension Store {
    /// Of more events than this between two looks, the last ones tell enough.
    private static let eventsMax = 10_000

    /// What happened to the tasks of each type after the event `last`; nil: lately.
    /// - Returns: also the last event that was looked at.
    public func changes(after last: Int64?) throws(StoreError) -> (changes: [LoadMeter.Change], last: Int64) {
        let newest = try lastEvent()
        let changes = try database.rows(
            """
            SELECT type, sum(to_status = 'pending'), count(run), ifnull(sum(run), 0.0) FROM (
              SELECT t.type, e.to_status, iif(e.from_status = 'in_progress' AND e.at >= t.started_at,
                (julianday(e.at) - julianday(t.started_at)) * 86400, NULL) AS run
              FROM task_event AS e JOIN task_master AS t ON t.task_id = e.task_id WHERE e.seq > ?1 AND e.seq <= ?2)
            GROUP BY type ORDER BY type
            """, max(last ?? 0, newest - Int64(Self.eventsMax)), newest
        ) { row throws(StoreError) in
            LoadMeter.Change(
                type: try row.get(0), arrived: try row.get(1), ended: try row.get(2), runTime: try row.get(3))
        }
        return (changes, newest)
    }

    /// How many tasks of each type run; only what there is.
    public func runningTasks() throws(StoreError) -> [String: Int] {
        let rows = try database.rows("SELECT type, n FROM task_count WHERE status = 'in_progress' AND n > 0") {
            row throws(StoreError) in (try row.get(0) as String, try row.get(1) as Int)
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }
}
