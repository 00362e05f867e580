import KoubouCore

/// What the gateway remembers from one request to the next, also when its configuration is read anew.
final class GatewayMemory {
    let meters: Meters
    let feed: EventFeed
    let history: HistoryReader
    let state: QueueState
    /// Reads what clients send, without the locks that a look at the queue takes.
    let json: JSONReader

    init(_ store: Store) throws {
        meters = try Meters(store)
        feed = try EventFeed(store)
        history = HistoryReader(store)
        state = QueueState(store)
        json = try JSONReader()
    }

    /// Something may have happened in the queue.
    func expire() {
        feed.expire()
        state.expire()
    }
}
