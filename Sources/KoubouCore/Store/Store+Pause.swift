extension Store {
    /// Stops new claims of `type`, or of every type when it is nil. What runs goes on.
    public func pause(type: String?) throws(StoreError) {
        try write { () throws(StoreError) in
            try database.run("INSERT OR IGNORE INTO paused VALUES (?1)", type ?? "")
        }
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

    /// The paused types; nil stands for every type.
    public func pausedTypes() throws(StoreError) -> [String?] {
        try database.rows("SELECT nullif(type, '') FROM paused ORDER BY type") { row throws(StoreError) in
            try row.get(0)
        }
    }

    /// What keeps tasks from running, a line each: pauses, and the supervisor's own note.
    public func hindrances() throws(StoreError) -> [String] {
        let paused = try pausedTypes().map { $0 ?? "all types" }
        let note = try supervisor().flatMap { $0.process.isAlive ? $0.note : nil }
        return (paused.isEmpty ? [] : ["paused: " + paused.joined(separator: ", ")]) + (note.map { [$0] } ?? [])
    }
}
