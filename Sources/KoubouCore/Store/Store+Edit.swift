extension Store {
    /// Gives tasks that wait another priority: all of them, or none when one doesn't exist or waits no more.
    public func edit(_ ids: [TaskID], priority: Priority, at now: Timestamp) throws(StoreError) {
        try write { () throws(StoreError) in
            for (id, state) in zip(ids, try states(of: ids)) {
                guard state.isWaiting else { throw .notWaiting(id, state) }
                try database.run(
                    "UPDATE task_master SET priority = ?2, updated_at = ?3 WHERE task_id = ?1", id, priority.number, now
                )
            }
        }
    }
}
