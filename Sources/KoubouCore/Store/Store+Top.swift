/// The queue page by page. Each query goes by an index and a key: its cost does not grow with the queue.
extension Store {
    /// At most `limit` places of the queue after `last`: what waits in the order in which it will run, then what ended last.
    ///
    /// - Parameter state: only tasks in this state; nil: all that wait or have ended.
    public func queue(_ state: TaskState?, after last: QueuePlace?, limit: Int) throws(StoreError) -> [QueuePlace] {
        var places: [QueuePlace] = []
        for section in Section.allCases where section >= Section(of: last) && section.holds(state) {
            if places.count < limit { places += try page(of: section, state, after: last, limit: limit - places.count) }
        }
        return places
    }

    /// The queue's parts, in order.
    private enum Section: Int, CaseIterable, Comparable {
        case pending, scheduled, held, blocked, ended

        init(of place: QueuePlace?) {
            switch place {
            case .pending, nil: self = .pending
            case .scheduled: self = .scheduled
            case .held: self = .held
            case .blocked: self = .blocked
            case .ended: self = .ended
            }
        }

        func holds(_ state: TaskState?) -> Bool {
            switch state {
            case nil: true
            case .pending: self == .pending
            case .scheduled: self == .scheduled || self == .held
            case .blocked: self == .blocked
            case .completed, .failed, .cancelled: self == .ended
            case .inProgress: false
            }
        }

        static func < (left: Section, right: Section) -> Bool { left.rawValue < right.rawValue }
    }

    private func page(
        of section: Section, _ state: TaskState?, after last: QueuePlace?, limit: Int
    ) throws(StoreError) -> [QueuePlace] {
        switch section {
        case .pending:
            guard case .pending(let priority, let task) = last else { return try pending(after: nil, limit) }
            return try pending(after: (priority, task), limit)
        case .scheduled:
            guard case .scheduled(let runAt, let task) = last else { return try scheduled(after: nil, limit) }
            return try scheduled(after: (runAt, task), limit)
        case .held:
            guard case .held(let task) = last else { return try held(after: TaskID(0), limit) }
            return try held(after: task, limit)
        case .blocked:
            guard case .blocked(let task) = last else { return try blocked(after: TaskID(0), limit) }
            return try blocked(after: task, limit)
        case .ended:
            guard case .ended(let at, let task) = last else { return try ended(state, before: nil, limit) }
            return try ended(state, before: (at, task), limit)
        }
    }

    /// The first of each type and priority, merged: the index of claims has them in order of each.
    private func pending(after last: (priority: Int, task: TaskID)?, _ limit: Int) throws(StoreError) -> [QueuePlace] {
        try database.rows(
            """
            WITH RECURSIVE level (priority) AS (
              SELECT ifnull(?1, 10) UNION ALL SELECT priority - 1 FROM level WHERE priority > 1)
            SELECT task.priority, task.task_id FROM level JOIN task_count AS count JOIN task_master AS task
              ON task.task_id IN (
                SELECT task_id FROM task_master WHERE type = count.type AND status = 'pending'
                  AND priority = level.priority AND task_id > iif(level.priority = ?1, ?2, 0)
                ORDER BY task_id LIMIT ?3)
            WHERE count.status = 'pending' AND count.n > 0
            ORDER BY task.priority DESC, task.task_id LIMIT ?3
            """, last?.priority, last?.task, limit
        ) { row throws(StoreError) in .pending(priority: try row.get(0), try row.get(1)) }
    }

    private func scheduled(after last: (runAt: Timestamp, task: TaskID)?, _ limit: Int) throws(StoreError)
        -> [QueuePlace]
    {
        try database.rows(
            """
            SELECT run_at, task_id FROM task_master WHERE status = 'scheduled' AND run_at IS NOT NULL
              AND (run_at, task_id) > (ifnull(?1, ''), ifnull(?2, 0))
            ORDER BY run_at, task_id LIMIT ?3
            """, last?.runAt, last?.task, limit
        ) { row throws(StoreError) in .scheduled(runAt: try row.get(0), try row.get(1)) }
    }

    private func held(after last: TaskID, _ limit: Int) throws(StoreError) -> [QueuePlace] {
        try database.rows(
            """
            SELECT task_id FROM task_master WHERE status = 'scheduled' AND run_at IS NULL AND task_id > ?1
            ORDER BY task_id LIMIT ?2
            """, last, limit
        ) { row throws(StoreError) in .held(try row.get(0)) }
    }

    private func blocked(after last: TaskID, _ limit: Int) throws(StoreError) -> [QueuePlace] {
        try database.rows(
            "SELECT task_id FROM task_master WHERE status = 'blocked' AND task_id > ?1 ORDER BY task_id LIMIT ?2", last,
            limit
        ) { row throws(StoreError) in .blocked(try row.get(0)) }
    }

    private func ended(_ state: TaskState?, before last: (at: Timestamp, task: TaskID)?, _ limit: Int)
        throws(StoreError) -> [QueuePlace]
    {
        // Two statements, as each needs an index of its own.
        guard let state else {
            return try database.rows(
                """
                SELECT ended_at, task_id FROM task_master WHERE ended_at IS NOT NULL
                  AND (ended_at, task_id) < (ifnull(?1, '~'), ifnull(?2, 0))
                ORDER BY ended_at DESC, task_id DESC LIMIT ?3
                """, last?.at, last?.task, limit, decode: QueuePlace.init(endedIn:))
        }
        return try database.rows(
            """
            SELECT ended_at, task_id FROM task_master WHERE ended_at IS NOT NULL AND status = ?4
              AND (ended_at, task_id) < (ifnull(?1, '~'), ifnull(?2, 0))
            ORDER BY ended_at DESC, task_id DESC LIMIT ?3
            """, last?.at, last?.task, limit, state, decode: QueuePlace.init(endedIn:))
    }
}

extension QueuePlace {
    fileprivate init(endedIn row: Row) throws(StoreError) { self = .ended(at: try row.get(0), try row.get(1)) }
}
