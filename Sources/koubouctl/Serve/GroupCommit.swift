import KoubouCore

/// Makes the changes of many clients safe at once: one sync for all that was stored in a round of the loop.
final class GroupCommit {
    private let store: Store
    private let loop: EventLoop
    private var waiting: [SyncedAnswer] = []

    init(_ store: Store, on loop: EventLoop) { (self.store, self.loop) = (store, loop) }

    /// The response to a change that was stored, for when it is on disk.
    func answer(_ response: HTTPResponse) -> SyncedAnswer {
        let answer = SyncedAnswer(response)
        waiting.append(answer)
        if waiting.count == 1 { loop.after(.zero) { [self] in flush() } }
        return answer
    }

    func flush() {
        guard !waiting.isEmpty else { return }
        var failure: StoreError?
        do { try store.sync() } catch { failure = error }
        let synced = waiting
        waiting = []
        for answer in synced { answer.settle(failure) }
        try? store.keepWALShort()
    }
}

/// A response that waits for the disk.
final class SyncedAnswer: PendingAnswer, Announcing {
    private let response: HTTPResponse
    private var isSettled = false
    private var failure: StoreError?
    private var onNews: () -> Void = {}

    fileprivate init(_ response: HTTPResponse) { self.response = response }

    let waitsForQueue = false

    func announce(_ onNews: @escaping () -> Void) { self.onNews = onNews }
    func leave() { onNews = {} }

    fileprivate func settle(_ failure: StoreError?) {
        (isSettled, self.failure) = (true, failure)
        onNews()
    }

    func look(at now: Duration) throws -> HTTPResponse? {
        if let failure { throw failure }
        return isSettled ? response : nil
    }

    func giveUp() -> HTTPResponse {
        .problem(HTTPProblem(.unavailable, "the gateway is being stopped; what was asked for may have been done"))
    }
}
