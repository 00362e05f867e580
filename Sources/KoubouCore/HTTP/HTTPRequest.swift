/// One request of a client.
public struct HTTPRequest: Equatable, Sendable {
    /// How the end of the body is found (RFC 9112, section 6.3).
    public enum Framing: Equatable, Sendable {
        case length(Int)
        case chunked
    }

    public let method: String
    public let target: HTTPTarget
    /// False for HTTP/1.0.
    public let isVersion11: Bool
    public let headers: HTTPHeaders
    /// Where the client believes to be: of the header `Host`, or of an absolute target; nil where HTTP/1.0 has none.
    public let host: String?
    public let framing: Framing
    public var body: [UInt8] = []

    public var hasBody: Bool { framing != .length(0) }

    /// True when the client waits for our word before it sends the body.
    public var expectsContinue: Bool { isVersion11 && headers.has("expect") && hasBody }

    /// True when other requests may follow on the connection.
    public var keepsConnection: Bool {
        let options = headers.list("connection")
        return isVersion11 ? !options.contains("close") : options.contains("keep-alive")
    }
}
