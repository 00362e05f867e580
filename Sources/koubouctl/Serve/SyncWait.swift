import KoubouCore

/// The answer to `sync: true`: a worker runs the task as any other, and we wait for its end.
final class SyncWait: PendingAnswer {
    private let task: TaskID
    private let api: GatewayAPI
    private let deadline: Duration

    init(_ task: TaskID, in api: GatewayAPI, until deadline: Duration) {
        (self.task, self.api, self.deadline) = (task, api, deadline)
    }

    let waitsForQueue = true

    func look(at now: Duration) throws -> HTTPResponse? {
        guard let status = try api.store.progress(of: task)?.status else { throw StoreError.noSuchTask([task]) }
        guard status.isEnded || now >= deadline else { return nil }
        try api.store.sync()
        return .json(try api.taskAnswer(task))
    }

    func giveUp() -> HTTPResponse {
        .problem(HTTPProblem(.unavailable, "the gateway is being stopped; task \(task) goes on"))
    }
}
