/// What answers a request, whatever the revision.
public struct MCPResult: Equatable, Sendable {
    /// Names and JSON.
    private var members: [Member]
    private var meta: [Member] = []
    /// Told since 2026-07-28.
    private var type = "complete"
    /// How long a client may keep it; nil where that is not told.
    private var lifetime: Duration?

    private struct Member: Equatable, Sendable {
        let name: String
        let json: String
    }

    public init(_ members: KeyValuePairs<String, String?>) {
        self.members = members.compactMap { name, json in json.map { Member(name: name, json: $0) } }
    }

    /// With one member more, unless it is nil.
    func adding(_ name: String, _ json: String?) -> MCPResult {
        var result = self
        if let json { result.members.append(Member(name: name, json: json)) }
        return result
    }

    /// With a member of `_meta`.
    public func noting(_ name: String, _ json: String) -> MCPResult {
        var result = self
        result.meta.append(Member(name: name, json: json))
        return result
    }

    /// A client may keep it for so long.
    public func fresh(for lifetime: Duration) -> MCPResult {
        var result = self
        result.lifetime = lifetime
        return result
    }

    /// The result is a task, as the extension defines it.
    static func task(_ members: KeyValuePairs<String, String?>) -> MCPResult {
        var result = MCPResult(members)
        result.type = "task"
        return result
    }

    /// What a tool says: an object, and the same as text.
    public static func tool(_ object: String, isError: Bool = false) -> MCPResult {
        MCPResult([
            "content": content(object), "structuredContent": object, "isError": isError ? "true" : "false",
        ])
    }

    /// A mistake that the model can mend.
    public static func mistake(_ message: String) -> MCPResult {
        MCPResult(["content": content(message), "isError": "true"])
    }

    /// One block of text.
    static func content(_ text: String) -> String {
        JSONText.array(of: [JSONText.object(["type": "\"text\"", "text": JSONText.quoted(text)])])
    }

    /// The JSON object, as `revision` has it.
    public func json(at revision: ProtocolRevision) -> String {
        var all = members
        var meta = meta
        if revision.isStateless {
            all.append(Member(name: "resultType", json: JSONText.quoted(type)))
            if let lifetime {
                all.append(Member(name: "ttlMs", json: "\(lifetime.millisecondsRoundedUp)"))
                all.append(Member(name: "cacheScope", json: "\"private\""))
            }
            meta.append(Member(name: "io.modelcontextprotocol/serverInfo", json: ServerDescription.info))
        }
        if !meta.isEmpty { all.append(Member(name: "_meta", json: Self.object(meta))) }
        return Self.object(all)
    }

    private static func object(_ members: [Member]) -> String {
        JSONText.object(of: members.map { ($0.name, $0.json) })
    }

    /// The response that carries it.
    public func response(to id: String, at revision: ProtocolRevision) -> String {
        JSONText.object(["jsonrpc": "\"2.0\"", "id": id, "result": json(at: revision)])
    }
}

/// What is told without being asked for.
public enum MCPNotification {
    public static func json(_ method: String, _ params: KeyValuePairs<String, String?>) -> String {
        JSONText.object(["jsonrpc": "\"2.0\"", "method": JSONText.quoted(method), "params": JSONText.object(params)])
    }

    /// `_meta` of what belongs to the subscription that a request with this id has opened.
    public static func meta(ofSubscription id: String?) -> String? {
        id.map { JSONText.object(["io.modelcontextprotocol/subscriptionId": $0]) }
    }
}
