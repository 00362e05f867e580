/// What starts no more tasks, and until when.
public struct Pause: Sendable {
    /// Nil: every type.
    public let type: String?
    /// Nil: until somebody resumes it.
    public let until: Timestamp?

    /// For people.
    public var text: String { (type ?? "all types") + (until.map { " until \(LocalZone.system.stamp($0))" } ?? "") }
}

extension Store {
    /// Stops new claims of `type`, or of every type when it is nil. What runs goes on.
    public func pause(type: String?) throws(StoreError) {
        try write { () throws(StoreError) in
            try database.run("INSERT OR REPLACE INTO paused (type) VALUES (?1)", type ?? "")
        }
    }

    /// Stops new claims of a task's type for a while, inside of a transaction; a pause by a person stays as it is.
    func pauseType(of task: TaskID, until moment: Timestamp) throws(StoreError) {
        try database.run(
            """
            INSERT INTO paused SELECT type, ?2 FROM task_master WHERE task_id = ?1
            ON CONFLICT DO UPDATE SET until = max(until, excluded.until) WHERE until IS NOT NULL
            """, task, moment)
    }

    /// Ends the pauses whose time has come, inside of a transaction.
    func endPauses(at now: Timestamp) throws(StoreError) {
        try database.run("DELETE FROM paused WHERE until <= ?1", now)
    }

    /// Lets `type` be claimed again, or everything when it is nil.
    /// - Returns: who is to be signalled; nil when nothing was paused that this resumes.
    public func resume(type: String?) throws(StoreError) -> [ProcessIdentity]? {
        try write { () throws(StoreError) in
            try database.run("DELETE FROM paused WHERE ?1 IS NULL OR type = ?1", type)
            guard database.changes > 0 else { return nil }
            return try processesToWake(forTasks: .max)
        }
    }

    public func pauses() throws(StoreError) -> [Pause] {
        try database.rows("SELECT nullif(type, ''), until FROM paused ORDER BY type") { row throws(StoreError) in
            Pause(type: try row.get(0), until: try row.get(1))
        }
    }

    /// What keeps tasks from running, a line each: pauses, and the supervisor's own note.
    public func hindrances() throws(StoreError) -> [String] {
        let paused = try pauses().map(\.text)
        let note = try supervisor().flatMap { $0.process.isAlive ? $0.note : nil }
        return (paused.isEmpty ? [] : ["paused: " + paused.joined(separator: ", ")]) + (note.map { [$0] } ?? [])
    }
}
