import KoubouCore

/// Who wants to hear of changes: of resources, and of tasks as the extension has them.
final class Subscriptions {
    enum Topic: Hashable {
        case resource(ResourceURI)
        case task(TaskID)
    }

    private struct Watched {
        /// What was told last.
        var state: String
        /// Ids of the requests that have opened a stream; nil: the connection itself.
        var subscribers: [String?]
    }

    private var watched: [Topic: Watched] = [:]
    /// Requests whose answer is the end of their stream.
    private var streams: [String: Reply] = [:]
    private let home: Home
    private let outbox: Outbox
    /// The JSON of a task, as `notifications/tasks` has it.
    private let detail: (TaskID, Store) throws -> String?

    private static let limit = 1024

    init(home: Home, _ outbox: Outbox, detail: @escaping (TaskID, Store) throws -> String?) {
        (self.home, self.outbox, self.detail) = (home, outbox, detail)
    }

    var isEmpty: Bool { watched.isEmpty }

    func add(_ topics: [Topic], for subscriber: String?, in store: Store) throws {
        guard watched.count + topics.count <= Self.limit else {
            throw RPCError(-32603, "\(Self.limit) subscriptions at most")
        }
        for topic in topics {
            var entry = try watched[topic] ?? Watched(state: state(of: topic, in: store), subscribers: [])
            if !entry.subscribers.contains(subscriber) { entry.subscribers.append(subscriber) }
            watched[topic] = entry
        }
    }

    func remove(_ topic: Topic, for subscriber: String?) {
        watched[topic]?.subscribers.removeAll { $0 == subscriber }
        if watched[topic]?.subscribers.isEmpty ?? false { watched.removeValue(forKey: topic) }
    }

    /// Opens the stream that `reply` ends.
    func open(_ reply: Reply, _ topics: [Topic], in store: Store) throws {
        guard streams[reply.id] == nil, streams.count < Self.limit else {
            throw RPCError.invalidRequest("a subscription with this id is open, or there are too many")
        }
        try add(topics, for: reply.id, in: store)
        streams[reply.id] = reply
    }

    /// The client has cancelled the request.
    func cancel(_ id: String) {
        guard let reply = streams.removeValue(forKey: id) else { return }
        for topic in watched.keys { remove(topic, for: id) }
        reply.abandon()
    }

    /// Ends all streams in good order.
    func closeAll() {
        for (id, reply) in streams { reply.answer(MCPResult([:]).noting("io.modelcontextprotocol/subscriptionId", id)) }
        (streams, watched) = ([:], [:])
    }

    /// Tells of tasks that have changed.
    func look(_ store: Store) throws {
        try look(store) { if case .resource(.stats) = $0 { false } else { true } }
    }

    /// Tells of all that has changed. Statistics do so with every event, which is too often to be told at once.
    func lookAtAll(_ store: Store) throws { try look(store) { _ in true } }

    private func look(_ store: Store, _ isWanted: (Topic) -> Bool) throws {
        for (topic, entry) in watched where isWanted(topic) {
            // Who does not read hears later of what is so then.
            if outbox.isFull { return }
            let state = try state(of: topic, in: store)
            guard state != entry.state else { continue }
            watched[topic]?.state = state
            for subscriber in entry.subscribers { try tell(subscriber, topic, store) }
        }
    }

    private func tell(_ subscriber: String?, _ topic: Topic, _ store: Store) throws {
        let meta = MCPNotification.meta(ofSubscription: subscriber)
        switch topic {
        case .resource(let uri):
            outbox.send(
                MCPNotification.json(
                    "notifications/resources/updated", ["uri": JSONText.quoted(uri.description), "_meta": meta]))
        case .task(let id):
            guard let task = try detail(id, store) else { return }
            outbox.send(
                JSONText.object([
                    "jsonrpc": "\"2.0\"", "method": "\"notifications/tasks\"",
                    "params": JSONText.object(task, adding: ["_meta": meta]),
                ]))
        }
    }

    /// Is another one when there is something to tell.
    private func state(of topic: Topic, in store: Store) throws -> String {
        switch topic {
        case .resource(.stats): return "\(try store.lastEvent())"
        case .resource(.task(let id)), .task(let id): return try state(of: id, in: store)
        case .resource(.output(let id)):
            return "\(try state(of: id, in: store)) \(fileStatus(home.stdoutFile(of: id))?.st_size ?? 0)"
        }
    }

    private func state(of id: TaskID, in store: Store) throws -> String {
        try store.taskStanding(of: id).map {
            "\($0.status.rawValue) \($0.attempt) \($0.updatedAt) \($0.progress ?? "")"
        } ?? ""
    }
}
