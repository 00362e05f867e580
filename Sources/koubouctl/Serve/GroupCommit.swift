import KoubouCore

/// Makes the changes of many clients safe at once: what was handed in during a round of the loop is stored in one transaction,
/// and one sync is for all that changed.
final class GroupCommit {
    private let context: Context
    private let store: Store
    private let loop: EventLoop
    private let log: Log
    private var submissions: [Submission] = []
    private var synced: [(answer: CommittedAnswer, response: HTTPResponse)] = []
    private var isDue = false
    /// Something was stored.
    var onStored: () -> Void = {}

    private struct Submission {
        let task: NewTask
        let answer: CommittedAnswer
        let follow: Follow
    }

    typealias Follow = (Result<Submitted, StoreError>) throws -> any PendingAnswer

    init(_ store: Store, on loop: EventLoop, _ log: Log, in context: Context) {
        (self.context, self.store, self.loop, self.log) = (context, store, loop, log)
    }

    /// The response to a change that was stored, for when it is on disk.
    func answer(_ response: HTTPResponse) -> CommittedAnswer {
        let answer = CommittedAnswer(waitsForQueue: false)
        synced.append((answer, response))
        flushLater()
        return answer
    }

    /// Stores a task with all others of this round.
    /// - Parameter follow: what is answered when it is on disk, or could not be stored.
    func submit(_ task: NewTask, waitsForQueue: Bool, _ follow: @escaping Follow) -> CommittedAnswer {
        let answer = CommittedAnswer(waitsForQueue: waitsForQueue)
        submissions.append(Submission(task: task, answer: answer, follow: follow))
        flushLater()
        return answer
    }

    private func flushLater() {
        if !isDue { loop.after(.zero) { [self] in flush() } }
        isDue = true
    }

    func flush() {
        isDue = false
        let (submissions, synced) = (self.submissions, self.synced)
        (self.submissions, self.synced) = ([], [])
        guard !submissions.isEmpty || !synced.isEmpty else { return }
        let stored = store(submissions.map(\.task))
        let taken = zip(submissions, stored).filter { (try? $0.1.get()) != nil }.map(\.0.answer)
        if !taken.isEmpty {
            context.wake((try? store.processesToWake(forTasks: taken.count)) ?? [])
            onStored()
        }
        var failure: StoreError?
        if !taken.isEmpty || !synced.isEmpty { do { try store.sync() } catch { failure = error } }
        func safe<Value>(_ body: () throws -> Value) -> Result<Value, any Error> {
            Result {
                if let failure { throw failure }
                return try body()
            }
        }
        if failure == nil {
            log.info("changed", each: (synced.map(\.answer) + taken).compactMap(\.change))
        }
        for (answer, response) in synced { answer.settle(safe { ReadyAnswer(response) }) }
        for (submission, id) in zip(submissions, stored) {
            submission.answer.settle(safe { try submission.follow(id) })
        }
        try? store.keepWALShort()
    }

    /// In one transaction; where one of them can't be stored, the others are, each in its own.
    private func store(_ tasks: [NewTask]) -> [Result<Submitted, StoreError>] {
        guard !tasks.isEmpty else { return [] }
        do throws(StoreError) {
            try store.refuseGone()
            return try store.submitTelling(tasks, at: Clock.now).map { .success($0) }
        } catch {
            guard tasks.count > 1, error.isOfOneTask else { return tasks.map { _ in .failure(error) } }
            return tasks.flatMap { store([$0]) }
        }
    }
}

extension StoreError {
    /// False for what keeps everything from being stored.
    fileprivate var isOfOneTask: Bool {
        switch self {
        case .busy, .gone, .system: false
        case .sqlite: exitCode == .software && !isFull
        default: true
        }
    }
}

/// An answer that waits for the disk.
final class CommittedAnswer: PendingAnswer, Announcing {
    /// True when there is something to wait for then, too.
    let waitsForQueue: Bool
    /// What the log says of the change when it is on disk.
    var change: KeyValuePairs<String, Any?>?
    private var outcome: Result<any PendingAnswer, any Error>?
    private var onNews: () -> Void = {}

    fileprivate init(waitsForQueue: Bool) { self.waitsForQueue = waitsForQueue }

    func announce(_ onNews: @escaping () -> Void) { self.onNews = onNews }
    func leave() { onNews = {} }

    fileprivate func settle(_ outcome: Result<any PendingAnswer, any Error>) {
        self.outcome = outcome
        onNews()
    }

    func look(at now: Duration) throws -> HTTPResponse? { try outcome?.get().look(at: now) }

    func giveUp() -> HTTPResponse {
        (try? outcome?.get().giveUp())
            ?? .problem(
                HTTPProblem(.unavailable, "the gateway is being stopped; what was asked for may have been done"))
    }
}

/// An answer that is there.
final class ReadyAnswer: PendingAnswer {
    private let response: HTTPResponse

    init(_ response: HTTPResponse) { self.response = response }

    let waitsForQueue = false
    func look(at now: Duration) -> HTTPResponse? { response }
    func giveUp() -> HTTPResponse { response }
}
