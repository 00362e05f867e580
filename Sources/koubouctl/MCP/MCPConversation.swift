import KoubouCore

/// What one client and the server say to each other: a connection of stdio, a session of HTTP, or a single request.
final class MCPConversation {
    let client: Admission.Client
    /// Takes what belongs to no request.
    let sink: any MessageSink
    private let server: MCPServer
    private var session: MCPSession
    /// Requests that are not answered yet.
    private var open: [ObjectIdentifier: Reply] = [:]

    /// Requests of one message, which are answered together.
    private static let batchMax = 100

    init(
        with client: Admission.Client, of server: MCPServer, sink: any MessageSink, isStateless: Bool = false
    ) {
        (self.client, self.server, self.sink) = (client, server, sink)
        session = MCPSession(isStateless: isStateless)
    }

    var hasAgreed: Bool { session.hasAgreed }
    var revision: ProtocolRevision { session.revision }
    var isWaiting: Bool { !open.isEmpty }

    func refuse(unless right: AccessRight) throws {
        guard client.right < right else { return }
        throw RPCError.invalidRequest("the token may only \(client.right.rawValue); this needs \(right.rawValue)")
    }

    /// - Parameters:
    ///   - sink: takes what is told about the requests of the message.
    ///   - deliver: takes the answer, once: nil where there is none.
    func take(_ message: RPCMessage, _ sink: any MessageSink, _ deliver: @escaping (String?) -> Void) {
        switch message {
        case .request(let request): take(request, sink, deliver)
        case .notification(let method, let params):
            if method == "notifications/cancelled" { cancelCall(params) }
            deliver(nil)
        case .response: deliver(nil)
        case .malformed(let error, let id): deliver(server.log.refusal(error, to: id))
        case .batch(let messages):
            guard session.takesBatches, (1...Self.batchMax).contains(messages.count) else {
                let why = "1 to \(Self.batchMax) messages at once are for revision 2025-03-26 alone"
                return deliver(server.log.refusal(.invalidRequest(why)))
            }
            let batch = BatchAnswer(of: messages.count, send: deliver)
            for text in messages { takeOfBatch(text, sink) { batch.take($0) } }
        }
    }

    private func takeOfBatch(_ text: String, _ sink: any MessageSink, _ deliver: @escaping (String?) -> Void) {
        read(text, deliver) { message in
            // A batch in a batch is an empty one: refused.
            if case .batch = message { take(.batch([]), sink, deliver) } else { take(message, sink, deliver) }
        }
    }

    /// A message as it came.
    func take(_ text: String, _ sink: any MessageSink, _ deliver: @escaping (String?) -> Void) {
        read(text, deliver) { take($0, sink, deliver) }
    }

    private func read(_ text: String, _ deliver: (String?) -> Void, then handle: (RPCMessage) -> Void) {
        let message: RPCMessage
        do { message = try RPCMessage(text, reader: server.reader) } catch {
            server.log.failed(error)
            return deliver(RPCError(-32603, error.line).response(to: "null"))
        }
        handle(message)
    }

    private func take(_ request: RPCRequest, _ sink: any MessageSink, _ deliver: @escaping (String?) -> Void) {
        do {
            let admission = try session.admit(request, server.reader)
            var isAnswered = false
            var key: ObjectIdentifier?
            let reply = Reply(to: request, of: self, at: admission.revision, sink) { [unowned self] answer in
                isAnswered = true
                if let key { open.removeValue(forKey: key) }
                deliver(answer)
            }
            do { try server.answer(request, admission, reply) } catch {
                server.log.failed(error)
                reply.fail(error)
            }
            if !isAnswered {
                key = ObjectIdentifier(reply)
                open[ObjectIdentifier(reply)] = reply
            }
            if server.isWatchNeeded { try? server.onWait() }  // the watch has ended when the queue was gone
        } catch { deliver(server.log.refusal(error, to: request.id)) }
    }

    private func cancelCall(_ params: String) {
        guard let id = (try? server.reader.json(in: params, at: "$.requestId")) ?? nil else { return }
        for reply in open.values where reply.id == id { server.cancel(reply) }
    }

    /// The client has gone: nothing more is told to it, and tasks go on.
    func end() {
        for reply in open.values { server.cancel(reply) }
        server.subscriptions.forget(self)
    }
}
