import KoubouCore

/// The answer of a stream alone, for a client that takes no events.
final class MessageAnswer: PendingAnswer, Announcing {
    private let stream: MessageStream
    private let respond: (String?) -> HTTPResponse
    private let onGone: () -> Void

    /// - Parameters:
    ///   - respond: makes the response of the answer.
    ///   - onGone: called when the client is there no more, or has got all.
    init(_ stream: MessageStream, onGone: @escaping () -> Void, _ respond: @escaping (String?) -> HTTPResponse) {
        (self.stream, self.onGone, self.respond) = (stream, onGone, respond)
    }

    let waitsForQueue = true

    func announce(_ onNews: @escaping () -> Void) { stream.onNews = onNews }

    func leave() { onGone() }

    func look(at now: Duration) -> HTTPResponse? { stream.isComplete ? respond(stream.answer) : nil }

    func giveUp() -> HTTPResponse {
        .problem(HTTPProblem(.unavailable, "the gateway is being stopped; tasks go on"))
    }
}
