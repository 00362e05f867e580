import KoubouCore

/// Who wants to hear of changes: of resources, and of tasks as the extension has them.
final class Subscriptions {
    enum Topic: Hashable {
        case resource(ResourceURI)
        case task(TaskID)
    }

    /// Who is told: a conversation, or the stream that one of its requests has opened.
    struct Subscriber: Hashable {
        let conversation: MCPConversation
        /// Whose answer is the end of the stream.
        let stream: Reply?

        var sink: any MessageSink { stream?.sink ?? conversation.sink }

        static func == (left: Subscriber, right: Subscriber) -> Bool {
            left.conversation === right.conversation && left.stream === right.stream
        }
        func hash(into hasher: inout Hasher) {
            hasher.combine(ObjectIdentifier(conversation))
            hasher.combine(stream.map(ObjectIdentifier.init))
        }
    }

    /// What each subscriber was told last.
    private var watched: [Topic: [Subscriber: String]] = [:]
    private var streams: [Subscriber] = []
    private let home: Home
    /// The JSON of a task, as `notifications/tasks` has it.
    private let detail: (TaskID, Store) throws -> String?

    private static let limit = 1024

    init(home: Home, detail: @escaping (TaskID, Store) throws -> String?) { (self.home, self.detail) = (home, detail) }

    /// True when somebody could be told something.
    var isWatchNeeded: Bool { watched.values.contains { $0.keys.contains { !$0.sink.isFull } } }

    func add(_ topics: [Topic], for subscriber: Subscriber, in store: Store) throws {
        guard watched.count + topics.count <= Self.limit else {
            throw RPCError(-32603, "\(Self.limit) subscriptions at most")
        }
        for topic in topics where watched[topic]?[subscriber] == nil {
            watched[topic, default: [:]][subscriber] = try state(of: topic, in: store)
        }
    }

    func remove(_ topic: Topic, for subscriber: Subscriber) {
        watched[topic]?.removeValue(forKey: subscriber)
        if watched[topic]?.isEmpty ?? false { watched.removeValue(forKey: topic) }
    }

    /// Opens the stream that `reply` ends.
    func open(_ reply: Reply, _ topics: [Topic], in store: Store) throws {
        let subscriber = Subscriber(conversation: reply.conversation, stream: reply)
        let isTaken = streams.contains { $0.conversation === reply.conversation && $0.stream?.id == reply.id }
        guard !isTaken, streams.count < Self.limit else {
            throw RPCError.invalidRequest("a subscription with this id is open, or there are too many")
        }
        try add(topics, for: subscriber, in: store)
        streams.append(subscriber)
    }

    /// The client has cancelled the request.
    func cancel(_ reply: Reply) {
        streams.removeAll { $0.stream === reply }
        for topic in watched.keys { remove(topic, for: Subscriber(conversation: reply.conversation, stream: reply)) }
        reply.abandon()
    }

    /// The conversation has ended.
    func forget(_ conversation: MCPConversation) {
        for topic in watched.keys { remove(topic, for: Subscriber(conversation: conversation, stream: nil)) }
    }

    /// Ends all streams in good order.
    func closeAll() {
        for case let reply? in streams.map(\.stream) {
            reply.answer(MCPResult([:]).noting("io.modelcontextprotocol/subscriptionId", reply.id))
        }
        (streams, watched) = ([], [:])
    }

    /// Tells of tasks that have changed.
    func look(_ store: Store) throws {
        try look(store) { if case .resource(.stats) = $0 { false } else { true } }
    }

    /// Tells of all that has changed. Statistics do so with every event, which is too often to be told at once.
    func lookAtAll(_ store: Store) throws { try look(store) { _ in true } }

    private func look(_ store: Store, _ isWanted: (Topic) -> Bool) throws {
        for (topic, subscribers) in watched where isWanted(topic) {
            let state = try state(of: topic, in: store)
            // Who does not read hears later of what is so then.
            for (subscriber, told) in subscribers where told != state && !subscriber.sink.isFull {
                watched[topic]?[subscriber] = state
                try tell(subscriber, topic, store)
            }
        }
    }

    private func tell(_ subscriber: Subscriber, _ topic: Topic, _ store: Store) throws {
        let meta = MCPNotification.meta(ofSubscription: subscriber.stream?.id)
        switch topic {
        case .resource(let uri):
            subscriber.sink.send(
                MCPNotification.json(
                    "notifications/resources/updated", ["uri": JSONText.quoted(uri.description), "_meta": meta]))
        case .task(let id):
            guard let task = try detail(id, store) else { return }
            subscriber.sink.send(
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
