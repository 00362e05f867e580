/// What `edit` changes of a task that waits; nil: nothing.
public struct TaskEdit: Sendable {
    public var priority: Priority?
    public var title: String?
    /// Zero: no limit.
    public var timeout: Duration?
    public var runAt: Timestamp?

    public init() {}
}

extension Store {
    /// Changes tasks that wait: all of them, or none when one doesn't exist or waits no more.
    /// - Returns: who is to be signalled, as another task may be the next one now.
    public func edit(_ ids: [TaskID], _ edit: TaskEdit, at now: Timestamp) throws(StoreError) -> [ProcessIdentity] {
        try write { () throws(StoreError) in
            for (id, state) in zip(ids, try states(of: ids)) {
                guard state.isWaiting else { throw .notWaiting(id, state) }
                try database.run(
                    """
                    UPDATE task_master SET priority = ifnull(?2, priority),
                      timeout = iif(?3 IS NULL, timeout, nullif(?3, 0)), run_at = ifnull(?4, run_at),
                      status = CASE WHEN ?4 IS NULL OR status = 'blocked' THEN status
                        WHEN ?4 > ?5 THEN 'scheduled' ELSE 'pending' END, updated_at = ?5
                    WHERE task_id = ?1
                    """, id, edit.priority?.number, edit.timeout, edit.runAt, now)
                try database.run(
                    "UPDATE task_payload SET title = ifnull(?2, title) WHERE task_id = ?1", id, edit.title)
            }
            return try processesToWake(forTasks: .max)
        }
    }
}
