import KoubouCore

/// The tools: each call is answered at once, or handed to what waits for it.
extension MCPServer {
    func callTool(_ request: RPCRequest, _ admission: MCPSession.Admission, _ reply: Reply) throws {
        let params = try ToolCall(request.params, reader)
        if params.wantsTask, admission.revision == .v2025_11_25, !params.tool.mayBecomeTask {
            throw RPCError(-32601, "\(params.tool.rawValue) can't be run as a task")
        }
        // A mistake of the model is an answer that it can read, and no error of the protocol.
        reply.isForModel = true
        guard reply.conversation.client.right >= params.tool.right else {
            let right = reply.conversation.client.right.rawValue
            throw ToolMistake("the token may only \(right)", "use one with the right \(params.tool.right.rawValue)")
        }
        try run(params, admission, reply)
    }

    private func run(_ call: ToolCall, _ admission: MCPSession.Admission, _ reply: Reply) throws {
        let given: () throws -> ToolArguments = { [reader] in
            try ToolArguments(call.arguments, known: call.tool.arguments, reader)
        }
        switch call.tool {
        case .delegateTask:
            let asTask = admission.takesTasks || call.wantsTask && admission.revision == .v2025_11_25
            try delegate(call.arguments, asTask: asTask, reply)
        case .delegateBatch: try delegateBatch(try given(), reply)
        case .getTaskStatus: reply.answer(try answers.status(try given().ids("task_ids")))
        case .getTaskResult: try getResult(try given(), reply)
        case .waitForTasks: try wait(try given(), reply)
        case .listTasks: try list(try given(), reply)
        case .cancelTask: try cancel(try given().id("task_id"), reply)
        case .retryTask: try retry(try given().id("task_id"), reply)
        case .getSystemStats:
            _ = try given()
            reply.answer(.tool(try statistics()))
        case .doctor:
            _ = try given()
            try doctor.ask(reply)
        }
    }

    private func delegate(_ arguments: String, asTask: Bool, _ reply: Reply) throws {
        let ids = try submit(for: reply, .delegateTask) { delegation in [try delegation.task(arguments)] }
        guard asTask, let standing = try queue.store.taskStanding(of: ids[0]) else {
            return reply.answer(try answers.handedIn(ids[0]))
        }
        let word = "Task \(ids[0]) was handed to Koubou and goes on in the background."
        reply.answer(MCPTask(ids[0], standing).creation(at: reply.revision, word: word))
    }

    private func delegateBatch(_ given: ToolArguments, _ reply: Reply) throws {
        let form = #"tasks, like {"type":"code","prompt":"…"}"#
        guard let elements = try given.elements("tasks", of: form, count: 1...Tool.idsMax) else {
            throw ToolMistake.missing("tasks", "an array of \(form)")
        }
        let ids = try submit(for: reply, .delegateBatch) { delegation in
            try elements.enumerated().map { index, element in
                do {
                    guard element.kind == .object else { throw ToolMistake("it is no object", "give one of \(form)") }
                    return try delegation.task(element.text)
                } catch {
                    throw ToolMistake("tasks[\(index)]: \(Reply.words(for: error))", "nothing was stored")
                }
            }
        }
        reply.answer(try answers.handedIn(ids))
    }

    /// Stores the tasks that `make` makes, all or none.
    private func submit(
        for reply: Reply, _ tool: Tool, _ make: (Delegation) throws -> [NewTask]
    ) throws -> [TaskID] {
        let store = try queue.store
        let configuration = try configuration()
        let parent = Surroundings(of: context)?.task
        let tasks = try make(
            Delegation(
                configuration: configuration, parent: parent, json: reader, door: door,
                right: reply.conversation.client.right))
        let ids = try store.submit(tasks, depthLimit: configuration.maxDepth, at: Clock.now)
        context.wake((try? store.processesToWake(forTasks: ids.count)) ?? [])
        try store.sync()
        try? store.keepWALShort()
        log.did("delegated", ids, for: reply.conversation)
        onChange()
        return ids
    }

    private func getResult(_ given: ToolArguments, _ reply: Reply) throws {
        reply.answer(
            try answers.output(
                of: try given.id("task_id"), try given.word("stream", of: TaskAnswers.Stream.self) ?? .stdout,
                from: try given.integer("offset", in: 0...Int.max) ?? 0,
                limit: try given.integer("limit", in: Tool.pageSizes) ?? Tool.pageSize))
    }

    private enum Mode: String, CaseIterable { case all, any }

    private func wait(_ given: ToolArguments, _ reply: Reply) throws {
        let ids = try given.ids("task_ids")
        let mode = try given.word("mode", of: Mode.self) ?? .all
        let limit = try given.seconds("timeout", atMost: Tool.longestWait) ?? Tool.longestWait
        _ = try queue.store.states(of: ids)
        try add(TaskWait(reply, for: ids, needsAll: mode == .all) { [self] in try answers.waited($0) }, atMost: limit)
    }

    func add(_ wait: TaskWait, atMost limit: Duration?) throws {
        try onWait()
        try waits.add(wait, atMost: limit, in: try queue.store)
    }

    private func list(_ given: ToolArguments, _ reply: Reply) throws {
        let words = try given.elements("status", of: "states", count: 0...100)
        let states = try words?.map { word in
            guard let state = TaskState(rawValue: word.text) else {
                throw ToolMistake(
                    "status holds '\(word.text.prefix(60))'",
                    suggestion(for: String(word.text.prefix(60)), among: TaskState.allCases.map(\.rawValue)))
            }
            return state
        }
        let type = try given.text("type")
        let filter = TaskFilter(statuses: states.flatMap { $0.isEmpty ? nil : $0 }, types: type.map { [$0] })
        let limit = try given.integer("limit", in: 1...100) ?? 20
        let end = try given.integer("before_id", in: 1...Int.max).map { TaskID(Int64($0)) }
        let ids = try queue.store.newestTaskIDs(filter, before: end, limit: limit + 1).reversed()
        reply.answer(try answers.list(Array(ids.prefix(limit)), hasMore: ids.count > limit))
    }

    private func cancel(_ id: TaskID, _ reply: Reply) throws {
        try requestCancel(id, for: reply)
        try add(TaskWait(reply, for: [id]) { [self] _ in try answers.task(id) }, atMost: try cancelLimit())
    }

    /// TERM, its grace, KILL, and a moment to record it.
    func cancelLimit() throws -> Duration { try configuration().killGrace + .seconds(5) }

    func requestCancel(_ id: TaskID, for reply: Reply) throws {
        let store = try queue.store
        let (_, toWake) = try store.cancel([id], at: Clock.now)
        context.wake(toWake)
        try store.sync()
        log.did("cancel requested", [id], for: reply.conversation)
        onChange()
    }

    private func retry(_ id: TaskID, _ reply: Reply) throws {
        let store = try queue.store
        context.wake(try store.retry([id], at: Clock.now))
        try store.sync()
        log.did("retried", [id], for: reply.conversation)
        onChange()
        reply.answer(try answers.task(id))
    }

    func statistics() throws -> String {
        let store = try queue.store
        let isRunning = try store.supervisor()?.process.isAlive ?? false
        let statistics = try store.statisticsJSON(limits: try configuration().pool, at: Clock.now)
        return JSONText.object(statistics, adding: ["supervisor": try store.statusJSON(isRunning: isRunning)])
    }
}

/// The parameters of `tools/call`.
struct ToolCall {
    let tool: Tool
    /// A JSON object.
    let arguments: String
    /// Asked for as a task, in the way of 2025-11-25.
    let wantsTask: Bool

    init(_ params: String, _ reader: JSONReader) throws {
        let fields = try reader.elementFields(ofJSON: params)
        func field(_ name: String) -> Store.JSONField? { fields.first { $0.key == name && $0.kind != .null } }
        guard let name = field("name"), name.kind == .text else { throw RPCError.invalidParams("name is missing") }
        guard let tool = Tool(rawValue: name.text) else {
            throw RPCError.invalidParams("unknown tool '\(name.text.prefix(100))'")
        }
        self.tool = tool
        let arguments = field("arguments")
        guard arguments?.kind ?? .object == .object else { throw RPCError.invalidParams("arguments is no object") }
        self.arguments = arguments?.text ?? "{}"
        wantsTask = field("task")?.kind == .object
    }
}
