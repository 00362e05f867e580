/// How long the tasks of a type took that ended lately.
public struct Latency: Sendable {
    /// Seconds; half of the tasks took no longer than `p50`, 90 of a hundred no longer than `p90`, and so on.
    public struct Percentiles: Equatable, Sendable {
        public let p50: Double
        public let p90: Double
        public let p99: Double
        public let max: Double
    }

    public let type: String
    public let tasks: Int
    /// From when it could run until its last attempt began.
    public let waiting: Percentiles
    /// Of the last attempt.
    public let running: Percentiles
    /// The JSON object of all this.
    public let json: String
}

extension Store {
    /// Waiting and run time of the tasks that completed or failed in the hour before `now`, of the last 10,000 of them,
    /// by type. Percentiles by nearest rank. Costs the same however many tasks there are.
    public func latencies(at now: Timestamp) throws(StoreError) -> [Latency] {
        try database.rows(
            """
            WITH ended AS MATERIALIZED (
              SELECT type, julianday(started_at) AS began, julianday(ended_at) AS ended, (
                SELECT julianday(at) FROM task_event AS e WHERE e.task_id = t.task_id AND to_status = 'pending'
                ORDER BY seq DESC LIMIT 1) AS ready
              FROM task_master AS t WHERE ended_at > ?1 AND started_at IS NOT NULL AND status <> 'cancelled'
              ORDER BY ended_at DESC LIMIT 10000),
            times AS (SELECT type, round(max(began - ifnull(ready, began), 0) * 86400, 3) AS waiting,
              round(max(ended - began, 0) * 86400, 3) AS running FROM ended),
            ranked AS (SELECT *, count(*) OVER (PARTITION BY type) AS n,
              row_number() OVER (PARTITION BY type ORDER BY waiting) AS w,
              row_number() OVER (PARTITION BY type ORDER BY running) AS r FROM times),
            found AS (SELECT type, n,
              max(iif(w = (n * 50 + 99) / 100, waiting, 0)) AS w50, max(iif(r = (n * 50 + 99) / 100, running, 0)) AS r50,
              max(iif(w = (n * 90 + 99) / 100, waiting, 0)) AS w90, max(iif(r = (n * 90 + 99) / 100, running, 0)) AS r90,
              max(iif(w = (n * 99 + 99) / 100, waiting, 0)) AS w99, max(iif(r = (n * 99 + 99) / 100, running, 0)) AS r99,
              max(waiting) AS wmax, max(running) AS rmax FROM ranked GROUP BY type)
            SELECT type, n, w50, w90, w99, wmax, r50, r90, r99, rmax, json_object('type', type, 'tasks', n,
              'waiting', json_object('p50', w50, 'p90', w90, 'p99', w99, 'max', wmax),
              'running', json_object('p50', r50, 'p90', r90, 'p99', r99, 'max', rmax)) FROM found ORDER BY type
            """, now + .seconds(-3600)
        ) { row throws(StoreError) in
            Latency(
                type: try row.get(0), tasks: try row.get(1),
                waiting: .init(p50: try row.get(2), p90: try row.get(3), p99: try row.get(4), max: try row.get(5)),
                running: .init(p50: try row.get(6), p90: try row.get(7), p99: try row.get(8), max: try row.get(9)),
                json: try row.get(10))
        }
    }

    /// Tasks that ended in the 1, 5 and 15 minutes before `now`.
    public func throughput(at now: Timestamp) throws(StoreError) -> Throughput {
        try database.first(
            """
            SELECT ifnull(sum(ended_at > ?1), 0), ifnull(sum(ended_at > ?2), 0), count(*) FROM task_master
            WHERE ended_at > ?3
            """, now + .seconds(-60), now + .seconds(-300), now + .seconds(-900)
        ) { row throws(StoreError) in
            Throughput(minute: try row.get(0), fiveMinutes: try row.get(1), quarter: try row.get(2))
        } ?? Throughput(minute: 0, fiveMinutes: 0, quarter: 0)
    }
}

/// Numbers of tasks that ended lately.
public struct Throughput: Equatable, Sendable {
    public let minute: Int
    public let fiveMinutes: Int
    public let quarter: Int
}
