import KoubouCore

/// What a connection is at.
enum ConnectionStage {
    case receiving
    case waiting(any PendingAnswer, HTTPRequest)
    case streaming(any BodySource, HTTPResponse.End, left: Int?)
    case conversing(SocketSession)
    /// The last answer is out; what still comes is read and dropped, or the client would not see it.
    case lingering
    case closed

    /// True while it waits for something to happen in the queue.
    var isWatching: Bool {
        switch self {
        case .waiting(let answer, _): answer.waitsForQueue
        case .streaming, .conversing: true
        case .receiving, .lingering, .closed: false
        }
    }

    var isAnswering: Bool {
        switch self {
        case .waiting, .streaming, .conversing: true
        case .receiving, .lingering, .closed: false
        }
    }

    var isReceiving: Bool { if case .receiving = self { true } else { false } }
    var isLingering: Bool { if case .lingering = self { true } else { false } }
    var isClosed: Bool { if case .closed = self { true } else { false } }

    var looksByItself: Bool {
        if case .streaming(let source, _, _) = self { source.looksByItself } else { false }
    }

    /// Takes nothing more from where the answer comes from.
    func release() {
        switch self {
        case .waiting(let answer, _): (answer as? any Announcing)?.leave()
        case .streaming(let source, _, _): (source as? any Announcing)?.leave()
        case .receiving, .conversing, .lingering, .closed: break
        }
    }
}
