/// How a task stands, for those who have handed it off.
public struct TaskStanding: Equatable, Sendable {
    public let status: TaskState
    public let createdAt: Timestamp
    public let updatedAt: Timestamp
    public let attempt: Int
    /// How far it says that it is: `40% half of the files`.
    public let progress: String?
    public let error: String?
}

/// What somebody asks who has handed off work.
extension Store {
    /// Nil when there is no such task.
    public func taskStanding(of task: TaskID) throws(StoreError) -> TaskStanding? {
        try database.first(
            """
            SELECT status, created_at, updated_at, attempt, progress || '%' || ifnull(' ' || progress_message, ''), error
            FROM task_master LEFT JOIN task_result USING (task_id) WHERE task_id = ?1
            """, task
        ) { row throws(StoreError) in
            TaskStanding(
                status: try row.get(0), createdAt: try row.get(1), updatedAt: try row.get(2), attempt: try row.get(3),
                progress: try row.get(4), error: try row.get(5))
        }
    }

    /// The JSON object of a task without its payload and output, and without what is null. Nil when there is no such task.
    public func briefJSON(of task: TaskID) throws(StoreError) -> String? {
        try database.first(
            """
            SELECT json_patch('{}', json_object('task_id', task_id, 'status', status, 'type', type,
              'title', substr(coalesce(title, iif(typeof(prompt) = 'text', prompt, NULL)), 1, 100),
              'priority', priority, 'progress', progress, 'progress_message', progress_message, 'attempt', attempt, 'max_attempts', max_attempts, 'created_at', created_at,
              'run_at', iif(status = 'scheduled', run_at, NULL), 'started_at', started_at, 'ended_at', ended_at,
              'worker_id', worker_id, 'exit_status', exit_status, 'signal', signal, 'error', error))
            FROM task_master JOIN task_payload USING (task_id) LEFT JOIN task_result USING (task_id) WHERE task_id = ?1
            """, task
        ) { row throws(StoreError) in try row.get(0) }
    }
}
