/// An error of the protocol, as JSON-RPC 2.0 and the revisions of MCP number them.
public struct RPCError: Error, Equatable, Sendable {
    public let code: Int
    public let message: String
    /// JSON; nil: none.
    public let data: String?

    public init(_ code: Int, _ message: String, data: String? = nil) {
        (self.code, self.message, self.data) = (code, message, data)
    }

    public static func unreadable(_ why: String) -> RPCError { RPCError(-32700, "Parse error: \(why)") }
    public static func invalidRequest(_ why: String) -> RPCError { RPCError(-32600, "Invalid request: \(why)") }
    public static func noMethod(_ name: String) -> RPCError {
        RPCError(-32601, "Method not found: \(name.prefix(200))")
    }
    public static func invalidParams(_ why: String) -> RPCError { RPCError(-32602, "Invalid params: \(why)") }

    /// Under a code of its own up to 2025-11-25, which later revisions have given up.
    public static func noResource(_ uri: String, at revision: ProtocolRevision) -> RPCError {
        RPCError(
            revision.isStateless ? -32602 : -32002, "Resource not found: \(uri.prefix(200))",
            data: JSONText.object(["uri": JSONText.quoted(String(uri.prefix(200)))]))
    }

    /// A header and the body say different things: two readers would see two requests.
    static func headerMismatch(_ name: String, _ why: String) -> RPCError {
        RPCError(-32020, "The header \(name) \(why)")
    }

    static func unsupportedVersion(_ requested: String) -> RPCError {
        RPCError(
            -32022, "Unsupported protocol version",
            data: JSONText.object([
                "supported": JSONText.array(of: ProtocolRevision.stateless.map { JSONText.quoted($0.rawValue) }),
                "requested": JSONText.quoted(requested),
            ]))
    }

    /// The client has not declared the extension for tasks.
    public static var tasksNotDeclared: RPCError {
        RPCError(
            -32021, "Missing required client capability: declare the extension \(ProtocolRevision.tasksExtension)",
            data: JSONText.object([
                "requiredCapabilities": JSONText.object([
                    "extensions": JSONText.object([ProtocolRevision.tasksExtension: "{}"])
                ])
            ]))
    }

    /// Of the answer of a request that stands alone; in the era of the handshake it is always `ok`.
    public var httpStatus: HTTPStatus {
        switch code {
        case -32700, -32600, -32602, -32020, -32021, -32022: .badRequest
        case -32601: .notFound
        default: .ok
        }
    }

    /// The response that carries it.
    /// - Parameter id: JSON; `null` where none could be read.
    public func response(to id: String) -> String {
        let error = JSONText.object(["code": "\(code)", "message": JSONText.quoted(message), "data": data])
        return JSONText.object(["jsonrpc": "\"2.0\"", "id": id, "error": error])
    }
}
