extension Store {
    /// Gives tasks that wait another priority: all of them, or none when one doesn't exist or waits no more.
    /// - Returns: nil, or the task that doesn't wait.
    public func edit(_ ids: [TaskID], priority: Priority, at now: Timestamp) throws(StoreError) -> (TaskID, TaskState)? {
        try write { () throws(StoreError) in
            let others = zip(ids, try states(of: ids)).filter { !$0.1.isWaiting }
            if let (id, state) = others.first { return (id, state) }
            for id in ids {
                try database.run("UPDATE task_master SET priority = ?2, updated_at = ?3 WHERE task_id = ?1", id, priority.number, now)
            }
            return nil
        }
    }
}
