/// Sessions of agents, in which a later task can go on.
extension Store {
    /// The metadata with which a new task of type `type` goes on where `task` has left off: `NAME=value`.
    func continuation(of task: TaskID, type: String) throws(StoreError) -> [UInt8] {
        let earlier = try database.first(
            """
            SELECT type, status, json_extract(metadata, '$.session') FROM task_master JOIN task_payload USING (task_id)
            WHERE task_id = ?1
            """, task
        ) { row throws(StoreError) in
            (type: try row.get(0) as String, status: try row.get(1) as TaskState, session: try row.get(2) as String?)
        }
        guard let earlier else { throw .noSuchTask([task]) }
        guard earlier.status.isEnded else { throw .notEnded(task, earlier.status) }
        guard let session = earlier.session else { throw .noSession(task, type: earlier.type) }
        guard earlier.type == type else { throw .otherAgent(task, type: earlier.type, newType: type) }
        return Array("resume=\(session)".utf8)
    }
}
