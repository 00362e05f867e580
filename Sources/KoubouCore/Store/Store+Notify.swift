/// Who wants to be told that a task has ended. The list is durable: what is told late is told all the same, and what a
/// crash interrupts is told again.
extension Store {
    /// Something that is to be run because a task has ended.
    public struct Notification: Sendable {
        public let number: Int64
        public let task: TaskID
        /// What the task itself asked for; nil: that of the configuration.
        public let words: [String]?
        public let cwd: [UInt8]
        public let env: [[UInt8]]
        /// As `show --json` prints the task.
        public let json: String
    }

    /// So many events are looked at in one transaction.
    private static let eventsInARow: Int64 = 100_000

    /// Puts what has ended since the last time on the list, inside of a transaction.
    /// - Returns: false when there is more.
    @discardableResult
    func noteEnds(_ settings: NotifySettings) throws(StoreError) -> Bool {
        let first: Int64 =
            try database.first("SELECT value FROM counters WHERE name = 'notified'") { row throws(StoreError) in
                try row.get(0)
            } ?? 0
        let end = try lastEvent()
        let last = min(end, first + Self.eventsInARow)
        guard last > first else { return true }
        let states = settings.command == nil ? [] : settings.states
        try database.run(
            """
            INSERT INTO notification (task_id, is_own)
            SELECT task_id, is_own FROM task_event JOIN task_payload USING (task_id)
              JOIN (SELECT 0 AS is_own UNION ALL SELECT 1)
            WHERE seq > ?1 AND seq <= ?2 AND to_status IN ('completed', 'failed', 'cancelled')
              AND iif(is_own, notify IS NOT NULL, to_status IN (SELECT value FROM json_each(?3)))
            ORDER BY seq
            """, first, last, TaskFilter(statuses: states).statusList)
        try noteLooked(upTo: last)
        return last == end
    }

    private func noteLooked(upTo event: Int64) throws(StoreError) {
        try database.run("UPDATE counters SET value = ?1 WHERE name = 'notified'", event)
    }

    /// Runs `body`, inside of a transaction; the ends that it enters are old, and nobody is told of them.
    func withoutNotifying<Result>(
        _ settings: NotifySettings, _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        while try !noteEnds(settings) {}
        let result = try body()
        try noteLooked(upTo: try lastEvent())
        return result
    }

    /// The first `limit` of the list, without those of these numbers.
    public func notifications(without numbers: [Int64], limit: Int) throws(StoreError) -> [Notification] {
        let found = try database.rows(
            """
            SELECT number, task_id, iif(is_own, notify, NULL), cwd, env FROM notification JOIN task_payload USING (task_id)
            WHERE number NOT IN (SELECT value FROM json_each(?1)) ORDER BY number LIMIT ?2
            """, JSONText.list(numbers.map(TaskID.init)), limit
        ) { row throws(StoreError) in
            (
                number: try row.get(0) as Int64, task: try row.get(1) as TaskID, words: try row.get(2) as String?,
                cwd: try row.get(3) as [UInt8], env: try row.get(4) as WordColumn
            )
        }
        return try found.map { row throws(StoreError) in
            Notification(
                number: row.number, task: row.task,
                words: try row.words.map { words throws(StoreError) in try json.elements(ofJSON: words) },
                cwd: row.cwd, env: try assignments(row.env), json: try taskJSON(of: row.task) ?? "")
        }
    }

    /// Takes what was done off the list.
    public func forget(notifications numbers: [Int64]) throws(StoreError) {
        try write { () throws(StoreError) in
            for number in numbers { try database.run("DELETE FROM notification WHERE number = ?1", number) }
        }
    }
}
