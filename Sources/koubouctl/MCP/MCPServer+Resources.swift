import KoubouCore

/// Resources and subscriptions.
extension MCPServer {
    func listResources(_ request: RPCRequest, _ reply: Reply) throws {
        let store = try queue.store
        let isFirst = try text("cursor", in: request) == nil
        let (ids, cursor) = try page(request)
        let tasks = try ids.compactMap { id in
            try store.summary(of: id).map { task in
                ResourceURI.task(id).json(title: "Task \(id), \(task.status.rawValue): \(task.title.prefix(60))")
            }
        }
        let resources = (isFirst ? [ResourceURI.stats.json(title: "Queue statistics")] : []) + tasks
        reply.answer(
            MCPResult(["resources": JSONText.array(of: resources), "nextCursor": cursor]).fresh(for: .zero))
    }

    func readResource(_ request: RPCRequest, _ reply: Reply) throws {
        let uri = try resource(request, at: reply.revision)
        reply.answer(uri.contents(try content(of: uri, at: reply.revision)))
    }

    private func content(of uri: ResourceURI, at revision: ProtocolRevision) throws -> ResourceContent {
        switch uri {
        case .stats: return .text(try statistics())
        case .output(let id): return try answers.outputTail(of: id, atMost: Self.outputMax)
        case .task(let id):
            guard let json = try queue.store.briefJSON(of: id) else {
                throw RPCError.noResource(uri.description, at: revision)
            }
            return .text(json)
        }
    }

    /// Bytes of an output that a resource holds.
    private static let outputMax = 256 << 10

    func subscribe(_ request: RPCRequest, _ reply: Reply) throws {
        let uri = try resource(request, at: reply.revision)
        try onWait()
        try subscriptions.add(
            [.resource(uri)], for: .init(conversation: reply.conversation, stream: nil), in: try queue.store)
        reply.answer(MCPResult([:]))
    }

    func unsubscribe(_ request: RPCRequest, _ reply: Reply) throws {
        subscriptions.remove(
            .resource(try resource(request, at: reply.revision)),
            for: .init(conversation: reply.conversation, stream: nil))
        reply.answer(MCPResult([:]))
    }

    /// Opens a stream: first it is told what will be told, then each change, and at its end the answer.
    func listen(_ request: RPCRequest, _ admission: MCPSession.Admission, _ reply: Reply) throws {
        let path = "$.notifications"
        guard let wanted = try reader.json(in: request.params, at: path), wanted.hasPrefix("{") else {
            throw RPCError.invalidParams("notifications is no object")
        }
        let uris = try strings("resourceSubscriptions", in: wanted).compactMap(ResourceURI.init)
        let names = try strings("taskIds", in: wanted)
        if !names.isEmpty, !admission.takesTasks { throw RPCError.tasksNotDeclared }
        let store = try queue.store
        let ids = try names.compactMap { TaskID(text: $0) }.filter { try store.taskStanding(of: $0) != nil }
        try onWait()
        try subscriptions.open(
            reply, uris.map(Subscriptions.Topic.resource) + ids.map(Subscriptions.Topic.task), in: store)
        let honoured = JSONText.object([
            "resourceSubscriptions": uris.isEmpty
                ? nil : JSONText.array(of: uris.map { JSONText.quoted($0.description) }),
            "taskIds": ids.isEmpty ? nil : JSONText.array(of: ids.map { "\"\($0)\"" }),
        ])
        reply.sink.send(
            MCPNotification.json(
                "notifications/subscriptions/acknowledged",
                ["notifications": honoured, "_meta": MCPNotification.meta(ofSubscription: reply.id)]))
    }

    private func strings(_ name: String, in object: String) throws -> [String] {
        guard let field = try reader.elementFields(ofJSON: object).first(where: { $0.key == name }), field.kind != .null
        else { return [] }
        guard field.kind == .array else { throw RPCError.invalidParams("\(name) is no array of strings") }
        let elements = try reader.elementFields(ofJSON: field.text)
        guard elements.allSatisfy({ $0.kind == .text }) else {
            throw RPCError.invalidParams("\(name) is no array of strings")
        }
        return elements.map(\.text)
    }

    /// The resource that a request names, which is there.
    private func resource(_ request: RPCRequest, at revision: ProtocolRevision) throws -> ResourceURI {
        guard let name = try text("uri", in: request) else { throw RPCError.invalidParams("uri is missing") }
        guard let uri = ResourceURI(name) else { throw RPCError.noResource(name, at: revision) }
        if let id = uri.task, try queue.store.taskStanding(of: id) == nil {
            throw RPCError.noResource(name, at: revision)
        }
        return uri
    }
}
