/// An answer to a request, before it is put into bytes.
public struct HTTPResponse: Sendable {
    public var status: HTTPStatus
    public var headers: [HTTPHeaders.Field]
    public var body: [UInt8]

    public init(_ status: HTTPStatus, contentType: String?, body: [UInt8] = [], headers: [HTTPHeaders.Field] = []) {
        (self.status, self.body) = (status, body)
        self.headers = (contentType.map { [HTTPHeaders.Field("Content-Type", $0)] } ?? []) + headers
    }

    public static func json(_ text: String, _ status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status, contentType: "application/json", body: Array(text.utf8))
    }

    public static func problem(_ problem: HTTPProblem) -> HTTPResponse {
        HTTPResponse(
            problem.status, contentType: "application/problem+json", body: Array(problem.json.utf8),
            headers: problem.headers)
    }

    /// How the client finds the end of the body.
    public enum End: Equatable, Sendable {
        case length(Int)
        case chunked
        /// With the connection: for HTTP/1.0.
        case close
    }

    /// The bytes of the head.
    /// - Parameter date: the present moment, see `HTTPDate`.
    public func head(_ end: End, keepsConnection: Bool, date: String) -> [UInt8] {
        var text = "HTTP/1.1 \(status.rawValue) \(status.reason)\r\nDate: \(date)\r\n"
        switch end {
        case .length(let length): if status.hasBody { text += "Content-Length: \(length)\r\n" }
        case .chunked: text += "Transfer-Encoding: chunked\r\n"
        case .close: break
        }
        let connection = keepsConnection && end != .close ? "keep-alive" : "close"
        text += "Connection: \(status == .switchingProtocols ? "Upgrade" : connection)\r\n"
        if headers.contains(where: Self.isStanding) {
            for field in Self.standing where !headers.contains(where: { $0.name == field.name }) { text += field.line }
        } else {
            text += Self.standingLines
        }
        for field in headers { text += field.line }
        return Array((text + "\r\n").utf8)
    }

    /// What a task wrote is never run, framed, guessed at or kept by a browser.
    private static let standing = [
        HTTPHeaders.Field("Cache-Control", "no-store"), .init("X-Content-Type-Options", "nosniff"),
        .init("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        .init("Cross-Origin-Resource-Policy", "same-origin"),
    ]
    private static let standingLines = standing.map(\.line).joined()

    private static func isStanding(_ field: HTTPHeaders.Field) -> Bool {
        standing.contains { $0.name == field.name }
    }

    /// One piece of a chunked body.
    public static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [0x0d, 0x0a]
    }

    public static let lastChunk = Array("0\r\n\r\n".utf8)
    public static let goOn = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
}
