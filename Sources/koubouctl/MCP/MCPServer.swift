import KoubouCore

/// A Model Context Protocol server: what all its conversations share. What comes in by which way, and where the answers go, is
/// the business of those who hold the conversations.
final class MCPServer {
    let context: Context
    let door: MCPDoor
    let loop: EventLoop
    let reader: JSONReader
    let queue: QueueConnection
    let waits: TaskWaits
    let doctor: DoctorRun
    let log: MCPLog
    var configuration: () throws -> Configuration
    /// This process has changed the queue for somebody.
    var onChange: () -> Void = {}
    /// Somebody waits, from now on.
    var onWait: () throws -> Void = {}
    private var lookedAtAll: Duration = .zero

    /// For what no change of the queue tells.
    private static let tick: Duration = .milliseconds(500)

    private(set) lazy var subscriptions = Subscriptions(home: context.home) { [unowned self] id, store in
        try detail(of: id, in: store)
    }

    init(
        _ context: Context, _ door: MCPDoor, on loop: EventLoop, _ queue: QueueConnection, _ log: Log,
        configuration: @escaping () throws -> Configuration
    ) throws {
        (self.context, self.door, self.loop, self.queue) = (context, door, loop, queue)
        (self.configuration, self.log) = (configuration, MCPLog(log))
        reader = try JSONReader()
        doctor = DoctorRun(context.home, on: loop)
        waits = TaskWaits(on: loop)
    }

    var answers: TaskAnswers { get throws { TaskAnswers(store: try queue.store, home: context.home) } }

    /// True while somebody waits for a change of the queue.
    var isWatchNeeded: Bool { !waits.isEmpty || subscriptions.isWatchNeeded }

    /// Is called at least ten times a second while that is so.
    func look(_ store: Store, hasChanged: Bool) throws {
        if hasChanged {
            try waits.look(store)
            try subscriptions.look(store)
        }
        guard MonotonicClock.now - lookedAtAll >= Self.tick else { return }
        lookedAtAll = MonotonicClock.now
        try subscriptions.lookAtAll(store)
    }

    /// Answers what is due; tasks go on.
    func finish() {
        waits.finishAll()
        doctor.finish()
        subscriptions.closeAll()
    }

    /// The client does not want an answer any more.
    func cancel(_ reply: Reply) {
        waits.cancel(reply)
        doctor.cancel(reply)
        subscriptions.cancel(reply)
    }

    func answer(_ request: RPCRequest, _ admission: MCPSession.Admission, _ reply: Reply) throws {
        log.asked(admission)
        switch admission.method {
        case .initialize: reply.answer(ServerDescription.handshake(at: admission.revision))
        case .ping: reply.answer(MCPResult([:]))
        case .discover: reply.answer(ServerDescription.discovery(at: admission.revision))
        case .listTools:
            try refuseCursor(request)
            // A call tells of a bad configuration in words; without a list there would be none.
            let types = door.types((try? configuration()) ?? Configuration())
            let tools = Tool.allCases.map { $0.json(at: admission.revision, types: types) }
            reply.answer(MCPResult(["tools": JSONText.array(of: tools)]).fresh(for: .seconds(60)))
        case .callTool: try callTool(request, admission, reply)
        case .listResources: try listResources(request, reply)
        case .listResourceTemplates:
            try refuseCursor(request)
            reply.answer(ResourceURI.templates)
        case .readResource: try readResource(request, reply)
        case .subscribe: try subscribe(request, reply)
        case .unsubscribe: try unsubscribe(request, reply)
        case .listen: try listen(request, admission, reply)
        case .listPrompts:
            try refuseCursor(request)
            reply.answer(DelegatePrompt.list)
        case .getPrompt: try getPrompt(request, reply)
        case .getTask: try getTask(request, reply)
        case .taskResult: try awaitTaskResult(request, reply)
        case .listTasks: try listTasks(request, reply)
        case .updateTask: try updateTask(request, reply)
        case .cancelTask: try cancelTask(request, reply)
        }
    }

    private func getPrompt(_ request: RPCRequest, _ reply: Reply) throws {
        let name = try text("name", in: request)
        guard name == DelegatePrompt.name else {
            throw RPCError.invalidParams("no prompt '\(name?.prefix(100) ?? "")'")
        }
        reply.answer(DelegatePrompt.messages(goal: try reader.value(inJSON: request.params, at: "$.arguments.goal")))
    }

    /// Lists that fit into one answer have no further pages.
    private func refuseCursor(_ request: RPCRequest) throws {
        if try text("cursor", in: request) != nil { throw RPCError.invalidParams("cursor is none of ours") }
    }

    /// A parameter of a request; nil when it is absent or null.
    func text(_ name: String, in request: RPCRequest) throws -> String? {
        guard let field = try reader.elementFields(ofJSON: request.params).first(where: { $0.key == name }),
            field.kind != .null
        else { return nil }
        guard field.kind == .text else { throw RPCError.invalidParams("\(name) is no string") }
        return field.text
    }
}
