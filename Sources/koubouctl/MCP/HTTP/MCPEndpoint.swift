import KoubouCore

/// `/mcp`: the Model Context Protocol over Streamable HTTP. A request of the stateless revision stands alone; those of earlier
/// ones belong to a session, which a handshake begins.
final class MCPEndpoint {
    private let server: MCPServer
    private var sessions: [String: MCPHTTPSession] = [:]

    private static let limits = SessionLimits.standard

    init(_ server: MCPServer) { self.server = server }

    func answer(_ request: HTTPRequest, _ client: Admission.Client) throws -> Answer {
        let headers = MCPHeaders(request.headers)
        if request.method == "POST" { return try take(request, headers, client) }
        guard request.method != "HEAD", !headers.isStateless else {
            throw HTTPProblem(
                .methodNotAllowed, "requests of this revision stand alone: use POST",
                headers: [.init("Allow", "POST")])
        }
        if let problem = headers.handshakeProblem { return refusal(problem, .badRequest) }
        guard let session = session(headers, client) else { return withoutSession(headers) }
        if request.method == "DELETE" {
            sessions.removeValue(forKey: session.id)
            session.end()
            return .response(HTTPResponse(.noContent, contentType: nil))
        }
        guard request.headers.accept(Self.events) else { throw notAcceptable }
        return stream(session.events(after: request.headers["last-event-id"]), of: session)
    }

    private static let events = "text/event-stream"
    private static let json = "application/json"

    private var notAcceptable: HTTPProblem {
        HTTPProblem(.notAcceptable, "accept \(Self.json), \(Self.events)", field: "Accept")
    }

    // MARK: Messages

    private func take(_ request: HTTPRequest, _ headers: MCPHeaders, _ client: Admission.Client) throws -> Answer {
        guard request.headers.accept(Self.json) || request.headers.accept(Self.events) else { throw notAcceptable }
        guard !request.body.contains(0), let text = String(validating: request.body, as: UTF8.self) else {
            return refusal(.unreadable("the body is not UTF-8"), .badRequest)
        }
        let message = try RPCMessage(text, reader: server.reader)
        if headers.isStateless || message.namesRevision {
            return try takeAlone(message, request, headers, client)
        }
        return takeOfSession(message, request, headers, client)
    }

    private func takeAlone(
        _ message: RPCMessage, _ request: HTTPRequest, _ headers: MCPHeaders, _ client: Admission.Client
    ) throws -> Answer {
        switch message {
        case .notification: return accepted
        case .response, .batch:
            return refusal(.invalidRequest("one request or notification is sent at a time"), .badRequest)
        case .malformed(let error, let id): return refusal(error, .badRequest, to: id)
        case .request(let call):
            let fields = try server.reader.elementFields(ofJSON: call.params)
            let mismatch = headers.mismatch(with: call) { name in
                fields.first { $0.key == name && $0.kind == .text }?.text
            }
            if let mismatch { return refusal(mismatch, mismatch.httpStatus, to: call.id) }
            let stream = MessageStream(0, isResumable: false, isKeptUnread: true)
            let conversation = MCPConversation(with: client, of: server, sink: stream, isStateless: true)
            conversation.take(message, stream) { stream.finish($0) }
            // Who closes the stream of a request has cancelled it.
            let body = Body(stream: stream, onGone: { conversation.end() }) {
                MessageEvents(stream, beginsWithID: false, onGone: { conversation.end() })
            }
            return answer(body, request) { [server] in server.reader.httpStatus(of: $0) }
        }
    }

    private func takeOfSession(
        _ message: RPCMessage, _ request: HTTPRequest, _ headers: MCPHeaders, _ client: Admission.Client
    ) -> Answer {
        if let problem = headers.handshakeProblem { return refusal(problem, .badRequest) }
        var session = session(headers, client)
        if case .malformed(let error, let id) = message { return refusal(error, .badRequest, to: id) }
        let isNew = !headers.hasSession && message.isHandshake
        if isNew { session = newSession(client) }
        guard let session else { return isNew ? full : withoutSession(headers) }
        let stream = session.newStream()
        session.conversation.take(message, stream) { stream.finish($0) }
        if isNew {
            if session.conversation.hasAgreed { sessions[session.id] = session } else { session.end() }
        }
        let body = Body(stream: stream, onGone: {}) { session.events(of: stream) }
        return answer(body, request, of: session) { _ in .ok }
    }

    /// What there is to tell about a request.
    private struct Body {
        let stream: MessageStream
        let onGone: () -> Void
        let events: () -> MessageEvents
    }

    /// At once where the answer is there and nothing else is to be told; otherwise in the way that the client takes.
    private func answer(
        _ body: Body, _ request: HTTPRequest, of session: MCPHTTPSession? = nil,
        _ status: @escaping (String) -> HTTPStatus
    ) -> Answer {
        let respond = { [accepted = HTTPResponse(.accepted, contentType: nil)] (answer: String?) in
            guard let answer else { return accepted }
            var response = HTTPResponse.json(answer, status(answer))
            response.headers += session?.headers ?? []
            return response
        }
        if body.stream.isComplete, body.stream.last <= 1 {
            let response = respond(body.stream.answer)
            if response.status != .ok || request.headers.accept(Self.json) { return .response(response) }
        }
        if request.headers.accept(Self.events) { return stream(body.events(), of: session) }
        return .later(MessageAnswer(body.stream, onGone: body.onGone, respond))
    }

    private func stream(_ events: MessageEvents, of session: MCPHTTPSession?) -> Answer {
        let headers = (session?.headers ?? []) + [.init("X-Accel-Buffering", "no")]
        return .stream(HTTPResponse(.ok, contentType: Self.events, headers: headers), length: nil, events)
    }

    private var accepted: Answer { .response(HTTPResponse(.accepted, contentType: nil)) }

    private func refusal(_ error: RPCError, _ status: HTTPStatus, to id: String = "null") -> Answer {
        .response(.json(error.response(to: id), status))
    }

    // MARK: Sessions

    /// That of a request, which belongs to the client that has begun it.
    private func session(_ headers: MCPHeaders, _ client: Admission.Client) -> MCPHTTPSession? {
        _ = makeRoom(needed: false)
        guard let id = headers.session, let session = sessions[id], session.conversation.client == client else {
            return nil
        }
        session.touch()
        return session
    }

    private func newSession(_ client: Admission.Client) -> MCPHTTPSession? {
        makeRoom(needed: true) ? MCPHTTPSession(with: client, of: server) : nil
    }

    /// Ends sessions that nobody wants any more.
    private func makeRoom(needed: Bool) -> Bool {
        let now = MonotonicClock.now
        guard let over = Self.limits.toEnd(sessions.mapValues { $0.idle(at: now) }, needsRoom: needed) else {
            return false
        }
        for id in over { sessions.removeValue(forKey: id)?.end() }
        return true
    }

    private func withoutSession(_ headers: MCPHeaders) -> Answer {
        headers.hasSession
            ? refusal(RPCError(-32600, "Session not found: begin a new one with 'initialize'"), .notFound)
            : refusal(.invalidRequest("the header \(MCPHeaders.session) is missing"), .badRequest)
    }

    private var full: Answer {
        .response(.problem(HTTPProblem(.unavailable, "\(Self.limits.count) sessions are at work: end some")))
    }
}

extension MCPHTTPSession {
    fileprivate var headers: [HTTPHeaders.Field] { [.init("Mcp-Session-Id", id)] }
}

extension JSONReader {
    /// Of an answer that stands alone.
    fileprivate func httpStatus(of answer: String) -> HTTPStatus {
        let code = (try? value(inJSON: answer, at: "$.error.code")) ?? nil
        return code.flatMap { Int($0) }.map { RPCError($0, "").httpStatus } ?? .ok
    }
}
