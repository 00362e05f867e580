/// A message of a client, taken apart as far as JSON-RPC and MCP's `_meta` go.
public enum RPCMessage: Equatable, Sendable {
    case request(RPCRequest)
    case notification(method: String, params: String)
    /// To a request of ours: there is none.
    case response
    /// Messages, each as JSON.
    case batch([String])
    /// - Parameter id: JSON; `null` where none could be read.
    case malformed(RPCError, id: String)
}

/// Something that has to be answered.
public struct RPCRequest: Equatable, Sendable {
    /// As the client wrote it: a JSON string or a whole number, however long.
    public let id: String
    public let method: String
    /// A JSON object.
    public let params: String
    public let meta: Meta

    /// What concerns the protocol in `params._meta`.
    public struct Meta: Equatable, Sendable {
        public enum Version: Equatable, Sendable {
            case absent
            case text(String)
            case notText
        }
        public let version: Version
        public let hasCapabilities: Bool
        public let declaresTasks: Bool
        /// JSON; nil: no progress is wanted.
        public let progressToken: String?
    }
}

extension RPCMessage {
    /// Takes apart one message. Linear in its length; deep nesting is refused.
    public init(_ json: String, reader: JSONReader) throws(StoreError) {
        guard let envelope = try reader.envelope(of: json) else {
            self = .malformed(.unreadable("the line is no JSON, or nested too deep"), id: "null")
            return
        }
        if envelope.kind == .array {
            self = .batch(try reader.elementsAsJSON(ofArray: json))
            return
        }
        self = Self.message(envelope)
    }

    private static func message(_ envelope: RPCEnvelope) -> RPCMessage {
        guard envelope.kind == .object else { return .malformed(.invalidRequest("it is no object"), id: "null") }
        let hasID = envelope.idKind == .text || envelope.idKind == .integer
        let id = hasID ? envelope.id ?? "null" : "null"
        guard envelope.version == "2.0" else {
            return .malformed(.invalidRequest("jsonrpc is not \"2.0\""), id: id)
        }
        guard let method = envelope.method else {
            return envelope.isResponse
                ? .response : .malformed(.invalidRequest("method is missing, or no string"), id: id)
        }
        let hasParams = envelope.paramsKind == .object || envelope.paramsKind == nil || envelope.paramsKind == .null
        let params = envelope.paramsKind == .object ? envelope.params ?? "{}" : "{}"
        guard envelope.idKind != nil else { return .notification(method: method, params: params) }
        guard hasID else { return .malformed(.invalidRequest("id is neither a string nor a whole number"), id: id) }
        guard hasParams else { return .malformed(.invalidParams("params is no object"), id: id) }
        if let escape = JSONText.escapeWithoutText(params) {
            return .malformed(.invalidParams("a string holds \(escape), which is no text"), id: id)
        }
        return .request(RPCRequest(id: id, method: method, params: params, meta: envelope.meta))
    }
}
