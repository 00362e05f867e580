import KoubouCore

/// Tasks as MCP has them: those of 2025-11-25, and those of the extension.
extension MCPServer {
    func getTask(_ request: RPCRequest, _ reply: Reply) throws {
        let id = try namedTask(request)
        let task = MCPTask(id, try standing(id))
        reply.answer(task.result(at: reply.revision, outcome: try outcome(of: task, id, at: reply.revision)))
    }

    /// As `notifications/tasks` has it; nil when there is no such task.
    func detail(of id: TaskID, in store: Store) throws -> String? {
        try store.taskStanding(of: id).map { standing in
            let task = MCPTask(id, standing)
            return task.json(at: .v2026_07_28, outcome: try outcome(of: task, id, at: .v2026_07_28))
        }
    }

    private func outcome(of task: MCPTask, _ id: TaskID, at revision: ProtocolRevision) throws -> MCPResult? {
        task.hasOutcome(at: revision) ? try answers.outcome(of: id) : nil
    }

    func awaitTaskResult(_ request: RPCRequest, _ reply: Reply) throws {
        let id = try namedTask(request)
        _ = try standing(id)
        let relation = MCPTask.relation(to: id)
        let wait = TaskWait(reply, for: [id]) { [self] wait in
            guard wait.isDone else { throw RPCError(-32603, "the server ends, task \(id) goes on") }
            return try answers.outcome(of: id).noting(relation.name, relation.json)
        }
        try add(wait, atMost: nil)
    }

    func listTasks(_ request: RPCRequest, _ reply: Reply) throws {
        let store = try queue.store
        let (ids, cursor) = try page(request)
        let tasks = try ids.compactMap { id in
            try store.taskStanding(of: id).map { MCPTask(id, $0).json(at: reply.revision) }
        }
        reply.answer(MCPResult(["tasks": JSONText.array(of: tasks), "nextCursor": cursor]))
    }

    /// Nothing asks a client for input.
    func updateTask(_ request: RPCRequest, _ reply: Reply) throws {
        _ = try standing(try namedTask(request))
        reply.answer(MCPResult([:]))
    }

    func cancelTask(_ request: RPCRequest, _ reply: Reply) throws {
        let id = try namedTask(request)
        try reply.conversation.refuse(unless: .submit)
        let status = try standing(id).status
        if reply.revision.isStateless {
            // The extension acknowledges the wish; what becomes of it is seen later.
            try requestCancel(id, for: reply)
            return reply.answer(MCPResult([:]))
        }
        guard !status.isEnded else { throw RPCError.invalidParams("task \(id) has ended: \(status.rawValue)") }
        try requestCancel(id, for: reply)
        let wait = TaskWait(reply, for: [id]) { [self] _ in MCPTask(id, try standing(id)).result(at: reply.revision) }
        try add(wait, atMost: try cancelLimit())
    }

    private func namedTask(_ request: RPCRequest) throws -> TaskID {
        let name = try text("taskId", in: request)
        guard let id = name.flatMap({ TaskID(text: $0) }) else {
            throw RPCError.invalidParams("taskId is missing, or names no task")
        }
        return id
    }

    private func standing(_ id: TaskID) throws -> TaskStanding {
        guard let standing = try queue.store.taskStanding(of: id) else { throw RPCError.invalidParams("no task \(id)") }
        return standing
    }

    /// Ids of a page of all tasks, the newest first, and the cursor of the next page as JSON.
    func page(_ request: RPCRequest) throws -> (ids: [TaskID], cursor: String?) {
        let cursor = try text("cursor", in: request)
        let end = cursor.flatMap { TaskID(text: $0) }
        if cursor != nil, end == nil { throw RPCError.invalidParams("cursor is none of ours") }
        let ids = try queue.store.newestTaskIDs(TaskFilter(), before: end, limit: Self.pageSize + 1).reversed()
        let hasMore = ids.count > Self.pageSize
        let page = Array(ids.prefix(Self.pageSize))
        return (page, hasMore ? page.last.map { "\"\($0)\"" } : nil)
    }

    private static let pageSize = 50
}
