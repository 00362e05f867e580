/// A task of the queue as MCP has tasks.
public struct MCPTask: Sendable {
    private let id: TaskID
    private let standing: TaskStanding

    public init(_ id: TaskID, _ standing: TaskStanding) { (self.id, self.standing) = (id, standing) }

    /// In the extension `failed` is for errors of the protocol alone: a task that failed has completed with an error.
    private func status(at revision: ProtocolRevision) -> String {
        switch standing.status {
        case .blocked, .scheduled, .pending, .inProgress: "working"
        case .completed: "completed"
        case .failed: revision.isStateless ? "completed" : "failed"
        case .cancelled: "cancelled"
        }
    }

    private func members(at revision: ProtocolRevision) -> KeyValuePairs<String, String?> {
        let state = [standing.status.rawValue, standing.progress].compactMap { $0 }.joined(separator: ", ")
        let message = standing.error ?? (standing.status.isEnded ? nil : state)
        let isStateless = revision.isStateless
        return [
            "taskId": "\"\(id)\"", "status": JSONText.quoted(status(at: revision)),
            "statusMessage": message.map(JSONText.quoted),
            "createdAt": JSONText.quoted(standing.createdAt.rfc3339),
            "lastUpdatedAt": JSONText.quoted(standing.updatedAt.rfc3339),
            // Tasks stay until somebody prunes them.
            isStateless ? "ttlMs" : "ttl": "null", isStateless ? "pollIntervalMs" : "pollInterval": "1000",
        ]
    }

    public func json(at revision: ProtocolRevision, outcome: MCPResult? = nil) -> String {
        JSONText.object(JSONText.object(members(at: revision)), adding: ["result": outcome?.json(at: revision)])
    }

    /// The answer to `tasks/get`, and the like.
    public func result(at revision: ProtocolRevision, outcome: MCPResult? = nil) -> MCPResult {
        MCPResult(members(at: revision)).adding("result", outcome?.json(at: revision))
    }

    /// True where `tasks/get` tells the outcome too.
    public func hasOutcome(at revision: ProtocolRevision) -> Bool {
        revision.isStateless && status(at: revision) == "completed"
    }

    /// The answer to `tools/call` that makes a task of the call.
    /// - Parameter word: what the model is told at once.
    public func creation(at revision: ProtocolRevision, word: String) -> MCPResult {
        if revision.isStateless { return .task(members(at: revision)) }
        return MCPResult(["task": json(at: revision)])
            .noting("io.modelcontextprotocol/model-immediate-response", JSONText.quoted(word))
    }

    /// `_meta` of what belongs to a task.
    public static func relation(to id: TaskID) -> (name: String, json: String) {
        ("io.modelcontextprotocol/related-task", #"{"taskId":"\#(id)"}"#)
    }
}
