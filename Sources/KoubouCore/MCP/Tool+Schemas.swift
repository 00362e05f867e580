extension Tool {
    /// The names of the arguments.
    public var arguments: [String] {
        switch self {
        case .delegateTask: Self.taskArguments
        case .delegateBatch: ["tasks"]
        case .getTaskStatus: ["task_ids"]
        case .getTaskResult: ["task_id", "stream", "offset", "limit"]
        case .waitForTasks: ["task_ids", "mode", "timeout"]
        case .listTasks: ["status", "type", "limit", "before_id"]
        case .cancelTask, .retryTask: ["task_id"]
        case .getSystemStats, .doctor: []
        }
    }

    /// Of a task that is handed in.
    public static let taskArguments = [
        "type", "prompt", "argv", "title", "priority", "timeout", "depends_on", "key", "cwd",
    ]

    func inputSchema(types: [String]) -> String {
        let id = JSONSchema.integer("The id of the task.", in: 1...Int.max)
        let ids = JSONSchema.array(
            "The ids of the tasks.", of: JSONSchema.integer("An id.", in: 1...Int.max), atMost: Self.idsMax)
        switch self {
        case .delegateTask: return Self.newTask(types)
        case .delegateBatch:
            return JSONSchema.object(
                ["tasks": JSONSchema.array("The tasks.", of: Self.newTask(types), atMost: Self.idsMax)],
                required: ["tasks"])
        case .getTaskStatus: return JSONSchema.object(["task_ids": ids], required: ["task_ids"])
        case .getTaskResult:
            return JSONSchema.object(
                [
                    "task_id": id,
                    "stream": JSONSchema.text(
                        "stdout (default) is the answer; stderr tells how it came about.", of: ["stdout", "stderr"]),
                    "offset": JSONSchema.integer("Begin at this byte.", in: 0...Int.max, default: 0),
                    "limit": JSONSchema.integer("At most so many bytes.", in: Self.pageSizes, default: Self.pageSize),
                ], required: ["task_id"])
        case .waitForTasks:
            return JSONSchema.object(
                [
                    "task_ids": ids,
                    "mode": JSONSchema.text("Wait for all (default) or for any of them.", of: ["all", "any"]),
                    "timeout": JSONSchema.number("Seconds to wait, 50 by default; more counts as 50."),
                ], required: ["task_ids"])
        case .listTasks:
            let states = TaskState.allCases.map(\.rawValue)
            return JSONSchema.object([
                "status": JSONSchema.array("Only tasks in these states.", of: JSONSchema.text("A state.", of: states)),
                "type": JSONSchema.text("Only tasks of this type."),
                "limit": JSONSchema.integer("At most so many tasks.", in: 1...100, default: 20),
                "before_id": JSONSchema.integer("Only tasks with a lower id.", in: 1...Int.max),
            ])
        case .cancelTask, .retryTask: return JSONSchema.object(["task_id": id], required: ["task_id"])
        case .getSystemStats, .doctor: return JSONSchema.object([:])
        }
    }

    private static func newTask(_ types: [String]) -> String {
        let argv = JSONSchema.array(
            "For type exec instead of a prompt: the program and its arguments.", of: JSONSchema.text("A word."))
        return JSONSchema.object(
            [
                "type": JSONSchema.text(
                    "Who does the work: code is a coding agent that reads and changes files in cwd, general a language model that only answers; other types are the user's own.",
                    of: types),
                "prompt": JSONSchema.text("All that the worker needs to know."),
                "argv": types.contains("exec") ? argv : nil,
                "title": JSONSchema.text("A short name for people."),
                "priority": JSONSchema.integer("10 runs first, 1 last.", in: Priority.allowed, default: 5),
                "timeout": JSONSchema.number("Seconds that an attempt may take; 0 for no limit. Default: the type's."),
                "depends_on": JSONSchema.array(
                    "Ids of tasks that must complete first.", of: JSONSchema.integer("An id.", in: 1...Int.max)),
                "key": JSONSchema.text(
                    "A task with this key that waits or runs is returned instead of making a second one: repeat a call safely."
                ),
                "cwd": JSONSchema.text("The working directory, an absolute path. Default: this server's own."),
            ], required: types.contains("exec") ? ["type"] : ["type", "prompt"])
    }

    /// Of a task in an answer; open, as a task has more fields when more has happened to it.
    private static var task: String {
        JSONSchema.object(
            [
                "task_id": JSONSchema.integer("The id of the task."),
                "status": JSONSchema.text("How it stands.", of: TaskState.allCases.map(\.rawValue)),
                "type": JSONSchema.text("Its type."), "title": JSONSchema.text("Its name, or how its prompt begins."),
                "attempt": JSONSchema.integer("The number of the last attempt; 0 before the first."),
                "progress": JSONSchema.integer("Percent, where the task tells it."),
                "exit_status": JSONSchema.integer("Of its program."), "error": JSONSchema.text("Why it failed."),
                "output": JSONSchema.text("What it wrote, or a page of that."),
                "size": JSONSchema.integer("Bytes of the whole output."),
                "next_offset": JSONSchema.integer("Where the next page begins; absent at the end."),
                "next": Self.next, "note": Self.note,
            ], required: ["task_id", "status"], isOpen: true)
    }

    private static let next = JSONSchema.text("What to call next.")
    private static let note = JSONSchema.text("What keeps tasks from starting now.")

    var outputSchema: String {
        let tasks = JSONSchema.array("The tasks.", of: Self.task)
        switch self {
        case .delegateTask, .cancelTask, .retryTask, .getTaskResult: return Self.task
        case .delegateBatch:
            return JSONSchema.object(
                [
                    "task_ids": JSONSchema.array("In the order of the tasks.", of: JSONSchema.integer("An id.")),
                    "next": Self.next, "note": Self.note,
                ], required: ["task_ids"])
        case .getTaskStatus: return JSONSchema.object(["tasks": tasks, "note": Self.note], required: ["tasks"])
        case .waitForTasks:
            return JSONSchema.object(
                [
                    "done": JSONSchema.boolean("True when what was waited for has happened."), "tasks": tasks,
                    "pending": JSONSchema.array("Those that have not ended.", of: JSONSchema.integer("An id.")),
                    "next": Self.next, "note": Self.note,
                ], required: ["done", "tasks", "pending"])
        case .listTasks:
            return JSONSchema.object(
                [
                    "tasks": tasks,
                    "next_before_id": JSONSchema.integer("For the tasks before these; absent at the end."),
                ],
                required: ["tasks"])
        case .getSystemStats:
            return JSONSchema.object(
                ["tasks": JSONSchema.object([:], isOpen: true), "workers": JSONSchema.object([:], isOpen: true)],
                required: ["tasks", "workers"], isOpen: true)
        case .doctor:
            let finding = JSONSchema.object(
                [
                    "check": JSONSchema.text("What was looked at."),
                    "status": JSONSchema.text(
                        "fail keeps tasks from running.", of: Finding.Status.allCases.map(\.rawValue)),
                    "detail": JSONSchema.text("What was found."),
                ], required: ["check", "status", "detail"], isOpen: true)
            return JSONSchema.object(
                [
                    "healthy": JSONSchema.boolean("True when no check has failed."),
                    "findings": JSONSchema.array("What was found.", of: finding),
                ], required: ["healthy", "findings"])
        }
    }
}
