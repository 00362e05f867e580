/// What of all that is pending could run now: types have limits, and within a type the order is strict, so that a task
/// that needs many slots is not overtaken for ever.
extension Store {
    /// The first pending task of a type, with what may keep it from running.
    struct Head {
        let task: TaskID
        let type: String
        let priority: Int
        /// Tasks of the type that are pending, and their slots together.
        let pending: (tasks: Int, slots: Int)
        let slots: Int
        /// Of the tasks of the type that run.
        let slotsInUse: Int

        /// More than there are at all means all of them: the limit was lowered later.
        func hasRoom(in concurrency: Int) -> Bool { min(slots, concurrency) <= concurrency - slotsInUse }
    }

    /// When a head may run.
    enum Opening {
        case now
        case at(Timestamp)
        case whenOneEnds
    }

    /// The heads of all types that are not paused, the next in order first: the highest priority, then the oldest.
    func heads() throws(StoreError) -> [Head] {
        // Of the few types: SQLite would make a sorter for them.
        let heads = try database.rows(
            """
            SELECT task.task_id, count.type, task.priority, count.n, count.slots, task.slots, ifnull(running.slots, 0)
            FROM task_count AS count JOIN task_master AS task ON task.task_id = (
              SELECT task_id FROM task_master WHERE type = count.type AND status = 'pending'
              ORDER BY priority DESC, task_id LIMIT 1)
            LEFT JOIN task_count AS running ON running.type = count.type AND running.status = 'in_progress'
            WHERE count.status = 'pending' AND count.n > 0
              AND NOT EXISTS (SELECT 1 FROM paused WHERE paused.type IN ('', count.type))
            """
        ) { row throws(StoreError) in
            Head(
                task: try row.get(0), type: try row.get(1), priority: try row.get(2),
                pending: (tasks: try row.get(3), slots: try row.get(4)), slots: try row.get(5),
                slotsInUse: try row.get(6))
        }
        return heads.sorted { ($1.priority, $0.task) < ($0.priority, $1.task) }
    }

    func opening(for head: Head, _ throttle: Throttle, at now: Timestamp) throws(StoreError) -> Opening {
        if let concurrency = throttle.concurrency, !head.hasRoom(in: concurrency) { return .whenOneEnds }
        guard let rate = throttle.rate, let next = try nextStart(of: head.type, rate, at: now) else { return .now }
        return .at(next)
    }

    /// How many pending tasks of each type could run now, if there were workers, and when a rate lets another one start.
    func readiness(_ throttles: [String: Throttle], at now: Timestamp) throws(StoreError) -> (
        tasks: [String: Int], nextStart: Timestamp?
    ) {
        var tasks: [String: Int] = [:]
        var nextStart: Timestamp?
        for head in try heads() {
            let throttle = throttles[head.type] ?? .none
            switch try opening(for: head, throttle, at: now) {
            case .now: tasks[head.type] = try startable(head, throttle, at: now)
            case .at(let moment): nextStart = min(nextStart ?? moment, moment)
            case .whenOneEnds: break
            }
        }
        return (tasks, nextStart)
    }

    /// How many of a type could start now, one after another from its head on.
    private func startable(_ head: Head, _ throttle: Throttle, at now: Timestamp) throws(StoreError) -> Int {
        var count = head.pending.tasks
        if let concurrency = throttle.concurrency {
            let free = concurrency - head.slotsInUse
            count = head.pending.slots == count ? min(count, free) : try fitting(head.type, concurrency, into: free)
        }
        if let rate = throttle.rate { count = min(count, try startsLeft(of: head.type, rate, at: now)) }
        return count
    }

    /// How many of the pending tasks of `type` fit into `free` slots, without overtaking.
    private func fitting(_ type: String, _ concurrency: Int, into free: Int) throws(StoreError) -> Int {
        var left = free
        return try database.rows(
            """
            SELECT slots FROM task_master WHERE type = ?1 AND status = 'pending' ORDER BY priority DESC, task_id LIMIT ?2
            """, type, free
        ) { row throws(StoreError) -> Int in try row.get(0) }
        .prefix {
            left -= min($0, concurrency)
            return left >= 0
        }.count
    }

    /// Idle workers, as many as there are tasks that could run now.
    func idleWorkers(_ throttles: [String: Throttle], at now: Timestamp) throws(StoreError) -> [ProcessIdentity] {
        let idle = try idleWorkers(atMost: .max)
        return idle.isEmpty ? [] : Array(idle.prefix(try readiness(throttles, at: now).tasks.values.reduce(0, +)))
    }
}
