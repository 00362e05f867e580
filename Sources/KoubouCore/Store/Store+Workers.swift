extension Store {
    /// Enters a worker under its slot, or under the lowest free one when `slot` is nil.
    /// - Returns: its id; nil when the slot belongs to another process.
    public func register(
        slot: WorkerID?, process: ProcessIdentity, status: WorkerStatus, at now: Timestamp
    ) throws(StoreError) -> WorkerID? {
        try write { () throws(StoreError) in
            let taken = try workers()
            let id = slot ?? WorkerID(slot: (1...).first { slot in !taken.contains { $0.id.slot == slot } } ?? 1)
            if let owner = taken.first(where: { $0.id == id }) {
                guard owner.process == process else { return nil }
                return id  // the supervisor or the worker itself was faster
            }
            try database.run(
                """
                INSERT INTO workers (worker_id, pid, process, status, tasks_completed, tasks_failed, started_at, last_heartbeat)
                SELECT ?1, ?2, ?3, ?4, ifnull(max(tasks_completed), 0), ifnull(max(tasks_failed), 0), ?5, ?5
                FROM worker_slot WHERE worker_id = ?1
                """, id, Int(process.pid), process.start, status, now)
            return id
        }
    }

    /// All workers, by slot.
    public func workers() throws(StoreError) -> [WorkerRecord] {
        try database.rows(
            """
            SELECT worker_id, pid, process, status, task_id, tasks_completed, tasks_failed, idle_since, last_heartbeat
            FROM workers ORDER BY length(worker_id), worker_id
            """
        ) { row throws(StoreError) in
            WorkerRecord(
                id: try row.get(0),
                process: ProcessIdentity(pid: Int32(truncatingIfNeeded: try row.get(1) as Int), start: try row.get(2)),
                status: try row.get(3), task: try row.get(4), tasksCompleted: try row.get(5),
                tasksFailed: try row.get(6), idleSince: try row.get(7), lastHeartbeat: try row.get(8))
        }
    }

    /// Notes that a worker which has to leave has let go of its task. Who takes leave of it ends the attempt, which does not
    /// count.
    public func letGo(_ worker: WorkerID, _ process: ProcessIdentity) throws(StoreError) {
        try write { () throws(StoreError) in
            try database.run(
                """
                UPDATE workers SET task_id = NULL, status = 'draining' WHERE worker_id = ?1 AND pid = ?2 AND process = ?3
                """, worker, Int(process.pid), process.start)
        }
    }

    /// Lets these workers claim nothing more; what they run they finish.
    public func dismiss(_ workers: [ProcessIdentity]) throws(StoreError) {
        try write { () throws(StoreError) in
            for process in workers {
                try database.run(
                    "UPDATE workers SET status = 'draining' WHERE pid = ?1 AND process = ?2", Int(process.pid),
                    process.start)
            }
        }
    }

    /// Says that the worker lives; `draining` also that it claims nothing more.
    /// - Returns: false when its row is gone: somebody took it for dead.
    public func heartbeat(of worker: WorkerID, _ process: ProcessIdentity, isDraining: Bool, at now: Timestamp)
        throws(StoreError) -> Bool
    {
        try write { () throws(StoreError) in
            try database.run(
                """
                UPDATE workers SET last_heartbeat = ?4, status = iif(?5, 'draining', status)
                WHERE worker_id = ?1 AND pid = ?2 AND process = ?3
                """, worker, Int(process.pid), process.start, now, isDraining)
            return database.changes == 1
        }
    }
}
