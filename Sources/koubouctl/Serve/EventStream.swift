import KoubouCore

/// Events of tasks as Server-Sent Events (WHATWG HTML, section 9.2): the id of each is its number, so that a client that comes
/// again goes on where it was.
final class EventStream: BodySource {
    private let filter: TaskFilter
    private let tasks: [TaskID]
    private let feed: EventFeed
    /// The last event that was dealt with.
    private var seen: Int64
    private var hasBegun = false
    private var spokeAt = MonotonicClock.now
    private(set) var looksByItself = false

    private static let silence: Duration = .seconds(15)

    init(_ tasks: [TaskID], _ filter: TaskFilter, after seen: Int64, of feed: EventFeed) {
        (self.tasks, self.filter, self.seen, self.feed) = (tasks, filter, seen, feed)
    }

    func next() throws -> BodyPiece {
        guard hasBegun else {
            hasBegun = true
            return speak(Array("retry: 1000\n\n".utf8))
        }
        if let page = try feed.page(after: seen, of: tasks, filter) {
            let before = seen
            (seen, looksByItself) = (page.seen, page.hasMore)
            if !page.events.isEmpty {
                return speak(feed.text(page, after: before, isAll: tasks.isEmpty && filter.isOpen))
            }
        }
        // Whoever is in between closes a connection on which nothing comes.
        return MonotonicClock.now - spokeAt >= Self.silence ? speak(Array(": still here\n\n".utf8)) : .nothingYet
    }

    private func speak(_ text: [UInt8]) -> BodyPiece {
        spokeAt = MonotonicClock.now
        return .bytes(text)
    }
}

extension GatewayAPI {
    func events(_ request: HTTPRequest) throws -> Answer {
        let query = request.target
        let tasks = try query.all("task").map { try task([$0]) }
        let feed = memory.feed
        feed.expire()
        let last = try feed.last()
        // The header is of an EventSource that comes again, the parameter of anybody.
        let given = request.headers["last-event-id"] ?? query["since"]
        var seen = last
        if let given {
            guard let number = Int64(given), number >= 0 else {
                throw HTTPProblem(.badRequest, "the last event is '\(given)': write its number", field: "Last-Event-ID")
            }
            seen = min(number, last)  // a number of another queue
        }
        let response = HTTPResponse(
            .ok, contentType: "text/event-stream", headers: [.init("X-Accel-Buffering", "no")])
        return .stream(response, length: nil, EventStream(tasks, try filter(query), after: seen, of: feed))
    }
}
