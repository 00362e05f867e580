import KoubouCore

/// What a client and the server have agreed on over HTTP, through many requests: since its handshake, until the client ends it
/// or has not been heard of for long.
final class MCPHTTPSession {
    let id = AccessToken.newSecret()
    let conversation: MCPConversation
    /// What belongs to no request.
    private let main: MessageStream
    /// Those of requests, the oldest first.
    private var streams: [MessageStream] = []
    private var numbers = 0
    private weak var mainReader: MessageEvents?
    private var usedAt = MonotonicClock.now

    /// Streams of answers that a client may come again for.
    private static let streamsKept = 8

    init(with client: Admission.Client, of server: MCPServer) {
        main = MessageStream(0, isResumable: true, isKeptUnread: false)
        conversation = MCPConversation(with: client, of: server, sink: main)
    }

    /// How long nobody has wanted anything of it.
    func idle(at now: Duration) -> Duration {
        conversation.isWaiting || main.hasReader ? .zero : now - usedAt
    }

    func touch() { usedAt = MonotonicClock.now }

    /// For the messages about a request.
    func newStream() -> MessageStream {
        numbers += 1
        return MessageStream(numbers, isResumable: true, isKeptUnread: true)
    }

    /// The events of a request's stream, which is kept for a client that comes again.
    func events(of stream: MessageStream) -> MessageEvents {
        streams.append(stream)
        if streams.count(where: \.isComplete) > Self.streamsKept, let oldest = streams.firstIndex(where: \.isComplete) {
            streams.remove(at: oldest)
        }
        return events(of: stream, after: 0)
    }

    /// The events after the one of that id, or those that belong to no request: who comes last reads them.
    func events(after id: String?) -> MessageEvents {
        let numbers = id?.split(separator: "-").map { Int($0) } ?? []
        if numbers.count == 2, let number = numbers[0], let seen = numbers[1], seen >= 0,
            let stream = streams.first(where: { $0.number == number })
        {
            return events(of: stream, after: seen)
        }
        let seen = numbers.count == 2 && numbers[0] == 0 ? numbers[1] : nil
        mainReader?.replace()
        let events = events(of: main, after: max(0, min(seen ?? main.last, main.last)))
        mainReader = events
        return events
    }

    private func events(of stream: MessageStream, after seen: Int) -> MessageEvents {
        MessageEvents(
            stream, after: seen, beginsWithID: conversation.revision >= .v2025_11_25,
            onGone: { [weak self] in self?.touch() })
    }

    func end() {
        conversation.end()
        main.finish(nil)
    }
}
