import KoubouCore

/// What is done about a request.
enum Answer {
    case response(HTTPResponse)
    /// A body that comes piece by piece.
    /// - Parameter length: nil when only its end tells.
    case stream(HTTPResponse, length: Int?, any BodySource)
    /// An answer that is there when something has happened.
    case later(any PendingAnswer)
    /// From now on messages go both ways.
    case upgrade(HTTPResponse, SocketSession)
}

/// Where a body comes from. It is asked for more only when the client has taken what there was, so that one who reads slowly
/// costs no memory.
protocol BodySource: AnyObject {
    /// True when new bytes may come without any change of the queue.
    var looksByItself: Bool { get }
    func next() throws -> BodyPiece
}

enum BodyPiece {
    /// At least one: a chunk of none would end the body.
    case bytes([UInt8])
    /// Nothing just now: ask again when something has happened.
    case nothingYet
    case end
}

/// An answer that is waited for.
protocol PendingAnswer: AnyObject {
    /// False for one that no change of the queue brings about.
    var waitsForQueue: Bool { get }
    /// Nil while there is nothing to say yet.
    func look(at now: Duration) throws -> HTTPResponse?
    /// What is said when the gateway has to stop.
    func giveUp() -> HTTPResponse
}

/// Says by itself when there is something new, also where the queue has not changed.
protocol Announcing: AnyObject {
    /// Begins: somebody is there to take it.
    func announce(_ onNews: @escaping () -> Void)
    /// The client has got all, or is there no more.
    func leave()
}
