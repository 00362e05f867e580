import KoubouCore

/// A stream as Server-Sent Events, from the message after `seen` on.
final class MessageEvents: BodySource, Announcing {
    private let stream: MessageStream
    private var seen: Int
    private let beginsWithID: Bool
    private let onGone: () -> Void
    private var hasBegun = false
    private var spokeAt = MonotonicClock.now
    /// Another connection reads the stream now.
    private var isReplaced = false

    private static let silence: Duration = .seconds(15)

    /// - Parameters:
    ///   - beginsWithID: an event without a message comes first, so that a client can come again from the beginning on.
    ///   - onGone: called when the client is there no more, or has got all.
    init(
        _ stream: MessageStream, after seen: Int = 0, beginsWithID: Bool, onGone: @escaping () -> Void
    ) {
        (self.stream, self.seen, self.beginsWithID, self.onGone) = (stream, seen, beginsWithID, onGone)
    }

    let looksByItself = false

    func announce(_ onNews: @escaping () -> Void) {
        stream.onNews = onNews
        stream.addReader()
    }

    func leave() {
        if !isReplaced { stream.onNews = {} }
        stream.removeReader()
        onGone()
    }

    /// Ends it, as another connection is to read the stream.
    func replace() {
        isReplaced = true
        stream.onNews()
    }

    func next() -> BodyPiece {
        if isReplaced { return .end }
        guard hasBegun else {
            hasBegun = true
            return speak(beginsWithID ? "id: \(stream.number)-\(seen)\nretry: 1000\ndata:\n\n" : ": hello\n\n")
        }
        seen = max(seen, stream.first - 1)
        if let message = stream[seen + 1] {
            seen += 1
            stream.noteTaken(seen)
            let id = stream.isResumable ? "id: \(stream.number)-\(seen)\n" : ""
            return speak(id + "event: message\ndata: \(message)\n\n")
        }
        if stream.isComplete { return .end }
        // Whoever is in between closes a connection on which nothing comes.
        return MonotonicClock.now - spokeAt >= Self.silence ? speak(": still here\n\n") : .nothingYet
    }

    private func speak(_ text: String) -> BodyPiece {
        spokeAt = MonotonicClock.now
        return .bytes(Array(text.utf8))
    }
}
