import KoubouCore

/// Where the answer to one request goes; it is answered once, or not at all.
final class Reply {
    let id: String
    let revision: ProtocolRevision
    let conversation: MCPConversation
    /// Takes notifications about the request.
    let sink: any MessageSink
    private let progressToken: String?
    private let deliver: (String?) -> Void
    private var isSettled = false
    /// True when a model reads the answer, so that an error of its own making is one.
    var isForModel = false

    /// - Parameter deliver: takes the response, or nil where there is none.
    init(
        to request: RPCRequest, of conversation: MCPConversation, at revision: ProtocolRevision,
        _ sink: any MessageSink, deliver: @escaping (String?) -> Void
    ) {
        (id, progressToken) = (request.id, request.meta.progressToken)
        (self.conversation, self.revision, self.sink, self.deliver) = (conversation, revision, sink, deliver)
    }

    func answer(_ result: MCPResult) { settle(result.response(to: id, at: revision)) }
    func refuse(_ error: RPCError) { settle(error.response(to: id)) }

    /// Answers with an error: one of the protocol as such, any other one in words.
    func fail(_ error: any Error) {
        switch error {
        case let error as RPCError: refuse(error)
        case _ where isForModel: answer(.mistake(Self.words(for: error)))
        default: refuse(RPCError(-32603, Self.words(for: error)))
        }
    }

    /// What was wrong, and how to mend it.
    static func words(for error: any Error) -> String {
        switch error {
        case let mistake as ToolMistake: "\(mistake.what): \(mistake.remedy)"
        case let problem as TaskJSONReader.Problem: "\(problem.what): \(problem.remedy)"
        case StoreError.noSuchTask(let ids):
            "no task \(ids.prefix(20).map(\.description).joined(separator: ", ")): see \(Tool.listTasks.rawValue)"
        case let error as any UserFacingError: error.line
        default: "\(error)"
        }
    }

    /// The client does not want an answer any more.
    func abandon() { settle(nil) }

    private func settle(_ response: String?) {
        guard !isSettled else { return }
        isSettled = true
        deliver(response)
    }

    /// Tells how far it is, to a client that wants to know.
    /// - Parameter count: more than the last time.
    func progress(_ count: Int, of total: Int, _ message: String) {
        guard let progressToken, !isSettled else { return }
        sink.send(
            MCPNotification.json(
                "notifications/progress",
                [
                    "progressToken": progressToken, "progress": "\(count)", "total": "\(total)",
                    "message": JSONText.quoted(message),
                ]))
    }
}

/// The answers to the requests of one message, which go out together.
final class BatchAnswer {
    private var due: Int
    private var answers: [String] = []
    private let send: (String?) -> Void

    init(of count: Int, send: @escaping (String?) -> Void) { (due, self.send) = (count, send) }

    /// - Parameter answer: nil for a message that has none.
    func take(_ answer: String?) {
        if let answer { answers.append(answer) }
        due -= 1
        if due == 0 { send(answers.isEmpty ? nil : JSONText.array(of: answers)) }
    }
}
