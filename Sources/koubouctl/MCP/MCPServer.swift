import Glibc
import KoubouCore

/// A Model Context Protocol server on stdin and stdout: a message a line, answered as soon as its answer is there.
final class MCPServer {
    let context: Context
    let loop: EventLoop
    let reader: JSONReader
    let queue: QueueConnection
    let waits: TaskWaits
    let doctor: DoctorRun
    let outbox: Outbox
    let log: MCPLog
    private var session = MCPSession()
    private var splitter = FrameSplitter()
    /// Messages that came and are not handled yet, from `next` on.
    private var inbox: [FrameSplitter.Frame] = []
    private var next = 0
    private var isReading = false
    private var isAtEnd = false
    private var status: Int32 = 0

    /// Requests of one line, which are answered together.
    private static let batchMax = 100
    /// Bytes of a message that is not usual.
    private static let large = 1 << 20
    private var hasHadLarge = false
    /// How long a client that has closed our stdin may read nothing of the last answers.
    private static let farewell: Duration = .seconds(2)
    private var farewell: EventLoop.TimerID?

    private(set) lazy var subscriptions = Subscriptions(home: context.home, outbox) { [unowned self] id, store in
        try detail(of: id, in: store)
    }
    private(set) lazy var watch = QueueWatch(
        queue, on: loop, while: { [unowned self] in isWatchNeeded },
        onChange: { [unowned self] store in
            try waits.look(store)
            try subscriptions.look(store)
        }, onTick: { [unowned self] in try subscriptions.lookAtAll($0) })

    private var isWatchNeeded: Bool { !waits.isEmpty || !subscriptions.isEmpty }

    init(_ context: Context) throws {
        self.context = context
        loop = try EventLoop()
        reader = try JSONReader()
        queue = QueueConnection(home: context.home)
        outbox = Outbox(STDOUT_FILENO, on: loop)
        doctor = DoctorRun(context.home, on: loop)
        waits = TaskWaits(on: loop)
        log = MCPLog(context)
    }

    var answers: TaskAnswers { get throws { TaskAnswers(store: try queue.store, home: context.home) } }

    /// - Returns: the exit status: 0 when the client has ended the connection, 128+n when signal n has.
    func run() throws -> Int32 {
        for signal in [SIGTERM, SIGINT, SIGHUP] {
            try loop.onSignal(signal) { [self] in
                status = 128 + signal
                loop.stop()
            }
        }
        outbox.onRoom = { [self] in
            if isAtEnd { hurry() }
            try work()
        }
        queue.onLoss = { [self] error in
            log.failed(error)
            watch.forget()
            waits.fail(error)
        }
        try read(true)
        try loop.run()
        log.ended(by: status)
        watch.stop()
        outbox.handBack()
        return status
    }

    // MARK: Reading

    private func read(_ isWanted: Bool) throws {
        guard isWanted != isReading else { return }
        isReading = isWanted
        guard isWanted else { return loop.removeReadable(STDIN_FILENO) }
        do { try loop.onReadable(STDIN_FILENO) { [self] in try receive() } } catch {
            guard error.code == EPERM else { throw error }
            readFile()  // which always has something
        }
    }

    private func readFile() {
        loop.after(.zero) { [self] in
            guard isReading else { return }
            try receive()
            if isReading { readFile() }
        }
    }

    private func receive() throws {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = retryingInterrupts { Glibc.read(STDIN_FILENO, &buffer, buffer.count) }
        if count < 0, errno == EAGAIN { return }
        if count > 0 {
            inbox += splitter.frames(buffer[..<count])
        } else {
            isAtEnd = true
            hurry()
            if let last = splitter.last() { inbox.append(last) }
        }
        try work()
    }

    /// Handles what has come, as long as the client reads the answers.
    private func work() throws {
        while next < inbox.count, !outbox.isFull {
            next += 1
            handle(inbox[next - 1])
        }
        if next == inbox.count { empty() }
        try read(inbox.isEmpty && !outbox.isFull && !isAtEnd)
        if isAtEnd, inbox.isEmpty { leave() }
    }

    private func empty() {
        (inbox, next) = ([], 0)
        // Nothing of a long message is held any more; what it took is not needed again.
        if hasHadLarge { returnFreeMemory() }
        hasHadLarge = false
    }

    /// Answers what is due, and ends; tasks go on.
    private func leave() {
        waits.finishAll()
        doctor.finish()
        subscriptions.closeAll()
        if outbox.isEmpty { loop.stop() }
    }

    /// Ends also when nobody reads the last answers.
    private func hurry() {
        loop.cancel(farewell)
        farewell = loop.after(Self.farewell) { [self] in loop.stop() }
    }

    // MARK: Messages

    private func handle(_ frame: FrameSplitter.Frame) {
        switch frame {
        case .text(let text):
            handle(text) { [outbox] in if let answer = $0 { outbox.send(answer) } }
            if text.utf8.count > Self.large { hasHadLarge = true }
        case .unreadable: outbox.send(refused(.unreadable("the line is not UTF-8"), "null"))
        case .tooLong: outbox.send(refused(.unreadable("the line is too long"), "null"))
        }
    }

    private func refused(_ error: RPCError, _ id: String) -> String {
        log.refused(error)
        return error.response(to: id)
    }

    /// - Parameter deliver: takes the answer, once: nil where there is none.
    private func handle(_ text: String, isInBatch: Bool = false, _ deliver: @escaping (String?) -> Void) {
        do {
            switch try RPCMessage(text, reader: reader) {
            case .request(let request): handle(request, deliver)
            case .notification(let method, let params):
                if method == "notifications/cancelled" { try cancelCall(params) }
                deliver(nil)
            case .response: deliver(nil)
            case .malformed(let error, let id): deliver(refused(error, id))
            case .batch(let messages): handleBatch(isInBatch ? [] : messages, deliver)
            }
        } catch {
            log.failed(error)
            deliver(RPCError(-32603, Reply.words(for: error)).response(to: "null"))
        }
    }

    private func handleBatch(_ messages: [String], _ deliver: @escaping (String?) -> Void) {
        guard session.takesBatches, (1...Self.batchMax).contains(messages.count) else {
            let why = "1 to \(Self.batchMax) messages in one line are for revision 2025-03-26 alone"
            return deliver(refused(.invalidRequest(why), "null"))
        }
        let batch = BatchAnswer(of: messages.count) { deliver($0) }
        for message in messages { handle(message, isInBatch: true) { batch.take($0) } }
    }

    private func handle(_ request: RPCRequest, _ deliver: @escaping (String?) -> Void) {
        do {
            let admission = try session.admit(request, reader)
            let reply = Reply(to: request, at: admission.revision, deliver: deliver) { [outbox] in outbox.send($0) }
            do { try answer(request, admission, reply) } catch {
                log.failed(error)
                reply.fail(error)
            }
            if isWatchNeeded { try? watch.start() }  // it has ended when the queue was gone
        } catch { deliver(refused(error, request.id)) }
    }

    private func answer(_ request: RPCRequest, _ admission: MCPSession.Admission, _ reply: Reply) throws {
        log.asked(admission)
        switch admission.method {
        case .initialize: reply.answer(ServerDescription.handshake(at: admission.revision))
        case .ping: reply.answer(MCPResult([:]))
        case .discover: reply.answer(ServerDescription.discovery(at: admission.revision))
        case .listTools:
            try refuseCursor(request)
            // A call tells of a bad configuration in words; without a list there would be none.
            let types = ((try? context.configuration()) ?? Configuration()).delegableTypes
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

    private func cancelCall(_ params: String) throws {
        guard let id = try reader.json(in: params, at: "$.requestId") else { return }
        waits.cancel(id)
        doctor.cancel(id)
        subscriptions.cancel(id)
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
