/// What the headers of a request over HTTP say about its body, for those in between who read no bodies.
public struct MCPHeaders: Sendable {
    private let headers: HTTPHeaders

    public static let version = "mcp-protocol-version"
    public static let session = "mcp-session-id"
    private static let method = "mcp-method"
    private static let name = "mcp-name"

    public init(_ headers: HTTPHeaders) { self.headers = headers }

    /// Nil when it is absent, or there more than once.
    public var session: String? { headers[Self.session] }

    public var hasSession: Bool { headers.has(Self.session) }

    /// True when a request of these headers stands alone.
    public var isStateless: Bool { headers[Self.version].flatMap(ProtocolRevision.init)?.isStateless ?? false }

    /// What is wrong with the revision of a request that belongs to a session.
    public var handshakeProblem: RPCError? {
        guard headers.has(Self.version) else { return nil }
        if let known = headers[Self.version].flatMap(ProtocolRevision.init), !known.isStateless { return nil }
        return .invalidRequest("unsupported protocol version in the header \(Self.version)")
    }

    /// What of the headers is not as in the body of a request that stands alone.
    /// - Parameter text: the string that is a parameter of the request; nil where it is absent or no string.
    public func mismatch(with request: RPCRequest, text: (_ parameter: String) -> String?) -> RPCError? {
        // A revision that is no string, or absent, is no matter of the headers.
        if case .text(let version) = request.meta.version, headers[Self.version] != version {
            return .headerMismatch(Self.version, "is missing, or not the revision that _meta names")
        }
        guard headers[Self.method] == request.method else {
            return .headerMismatch(Self.method, "is missing, or not the method of the body")
        }
        let parameter: String? =
            switch MCPMethod(rawValue: request.method) {
            case .callTool, .getPrompt: "name"
            case .readResource: "uri"
            default: nil
            }
        guard let parameter, let value = text(parameter) else { return nil }
        guard let told = headers[Self.name].flatMap(Self.decoded), told == value else {
            return .headerMismatch(Self.name, "is missing, or not the \(parameter) of the body")
        }
        return nil
    }

    /// A value as it is, or what stands in base64 between marks; nil when that can't be read.
    static func decoded(_ value: String) -> String? {
        let (begin, end) = ("=?base64?", "?=")
        guard value.hasPrefix(begin), value.hasSuffix(end), value.utf8.count >= begin.utf8.count + end.utf8.count
        else { return value }
        let digits = String(value.dropFirst(begin.count).dropLast(end.count))
        guard let bytes = bytes(base64: digits), base64(bytes) == digits else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
