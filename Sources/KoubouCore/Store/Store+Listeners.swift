extension Store {
    /// Asks for a SIGUSR1 to `process` when `task` ends; nil: when any task does. Replaces an earlier wish.
    public func listen(_ process: ProcessIdentity, to task: TaskID?) throws(StoreError) {
        try write { () throws(StoreError) in
            try database.run(
                "INSERT OR REPLACE INTO listeners (pid, process, task_id) VALUES (?1, ?2, ?3)", Int(process.pid),
                process.start, task)
        }
    }

    public func stopListening(_ process: ProcessIdentity) throws(StoreError) {
        try write { () throws(StoreError) in
            try database.run("DELETE FROM listeners WHERE pid = ?1 AND process = ?2", Int(process.pid), process.start)
        }
    }

    /// Who wants to know that `tasks` have ended, each once.
    func listeners(for tasks: [TaskID]) throws(StoreError) -> [ProcessIdentity] {
        guard !tasks.isEmpty else { return [] }
        var listeners: [ProcessIdentity] = []
        for task in tasks {
            listeners += try database.rows(
                "SELECT pid, process FROM listeners WHERE task_id = ?1", task, decode: ProcessIdentity.init(row:))
        }
        return try listeners
            + database.rows(
                "SELECT pid, process FROM listeners WHERE task_id IS NULL", decode: ProcessIdentity.init(row:))
    }

    /// Forgets listeners that have died without a word.
    public func forgetDeadListeners() throws(StoreError) {
        let all = try database.rows("SELECT pid, process FROM listeners", decode: ProcessIdentity.init(row:))
        for listener in all where !listener.isAlive { try stopListening(listener) }
    }
}
