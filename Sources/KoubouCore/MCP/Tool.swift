/// A tool of the server.
public enum Tool: String, CaseIterable, Sendable {
    case delegateTask = "koubou_delegate_task"
    case delegateBatch = "koubou_delegate_batch"
    case getTaskStatus = "koubou_get_task_status"
    case getTaskResult = "koubou_get_task_result"
    case waitForTasks = "koubou_wait_for_tasks"
    case listTasks = "koubou_list_tasks"
    case cancelTask = "koubou_cancel_task"
    case retryTask = "koubou_retry_task"
    case getSystemStats = "koubou_get_system_stats"
    case doctor = "koubou_doctor"

    /// The longest that a call waits: clients cut longer ones.
    public static let longestWait: Duration = .seconds(50)
    /// Bytes of an output in one answer.
    public static let pageSizes = 100...100_000
    public static let pageSize = 20_000
    public static let idsMax = 1000

    /// True where `tools/call` may be answered with a task.
    public var mayBecomeTask: Bool { self == .delegateTask }

    /// What a client must be allowed to call it.
    public var right: AccessRight {
        switch self {
        case .delegateTask, .delegateBatch, .cancelTask, .retryTask: .submit
        case .getTaskStatus, .getTaskResult, .waitForTasks, .listTasks, .getSystemStats, .doctor: .read
        }
    }

    var title: String {
        switch self {
        case .delegateTask: "Delegate a task"
        case .delegateBatch: "Delegate many tasks"
        case .getTaskStatus: "Status of tasks"
        case .getTaskResult: "Result of a task"
        case .waitForTasks: "Wait for tasks"
        case .listTasks: "List tasks"
        case .cancelTask: "Cancel a task"
        case .retryTask: "Retry a task"
        case .getSystemStats: "Queue statistics"
        case .doctor: "Check the queue"
        }
    }

    var description: String {
        switch self {
        case .delegateTask:
            """
            Hand one task to a background worker and get its id at once, without waiting for it. The task is stored on \
            disk and runs even if this conversation ends. The worker knows only the prompt and the files in cwd: name \
            the files, the goal, the limits and the form of the answer. Then go on with other work; see the outcome with \
            koubou_wait_for_tasks and koubou_get_task_result.
            """
        case .delegateBatch:
            """
            Hand many independent tasks to the background workers in one step: all are stored, or none. Returns their \
            ids at once, in the order of the tasks. Use it to split work that can be done side by side.
            """
        case .getTaskStatus:
            "Tell how tasks stand, without waiting: their states, attempts, times and errors. To wait for an end, use koubou_wait_for_tasks instead of asking again and again."
        case .getTaskResult:
            """
            Read what a task wrote: its answer when it has ended, or what there is so far while it runs. Long outputs \
            come in pages: call again with offset = next_offset while that is given.
            """
        case .waitForTasks:
            """
            Wait until all (or any) of the tasks have ended, at most 50 seconds a call. When the time is up it tells the \
            state so far: call it again with the tasks in pending. Stopping the call does not stop the tasks.
            """
        case .listTasks:
            "List tasks, the newest first, of all states or only some. For older ones call again with before_id = next_before_id."
        case .cancelTask:
            "End a task, whether it waits or runs. Returns when its processes are gone. Tasks that wait for it to complete are cancelled too."
        case .retryTask:
            "Put a failed or cancelled task back into the queue, as it was. Earlier attempts stay on record."
        case .getSystemStats:
            "Tell how busy the queue is: tasks by state and type, workers, throughput, waiting and running times, and whether a supervisor runs."
        case .doctor:
            """
            Look for what keeps tasks from running: a missing supervisor, program, model server or permission, a full \
            disk. Each finding tells how to mend it. Takes a few seconds.
            """
        }
    }

    /// readOnly, destructive, idempotent, openWorld: a delegated task may do whatever its type can.
    private var hints: (Bool, Bool, Bool, Bool) {
        switch self {
        case .delegateTask, .delegateBatch, .retryTask: (false, true, false, true)
        case .cancelTask: (false, true, true, false)
        case .getTaskStatus, .getTaskResult, .waitForTasks, .listTasks, .getSystemStats: (true, false, true, false)
        case .doctor: (true, false, true, true)
        }
    }

    /// As `tools/list` has it.
    /// - Parameter types: those that may be delegated.
    public func json(at revision: ProtocolRevision, types: [String]) -> String {
        let names = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"]
        let (readOnly, destructive, idempotent, openWorld) = hints
        let annotations = zip(names, [readOnly, destructive, idempotent, openWorld]).map {
            (name: $0, json: "\($1)" as String?)
        }
        return JSONText.object([
            "name": JSONText.quoted(rawValue), "title": JSONText.quoted(title),
            "description": JSONText.quoted(description), "inputSchema": inputSchema(types: types),
            "outputSchema": outputSchema,
            "annotations": JSONText.object(of: [("title", JSONText.quoted(title))] + annotations),
            "execution": revision == .v2025_11_25 && mayBecomeTask ? #"{"taskSupport":"optional"}"# : nil,
        ])
    }
}
