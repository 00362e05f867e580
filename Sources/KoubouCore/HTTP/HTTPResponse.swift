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
    public func head(_ end: End, keepsConnection: Bool, at now: Timestamp) -> [UInt8] {
        var text = "HTTP/1.1 \(status.rawValue) \(status.reason)\r\nDate: \(HTTPDate.text(now))\r\n"
        switch end {
        case .length(let length): if status != .noContent { text += "Content-Length: \(length)\r\n" }
        case .chunked: text += "Transfer-Encoding: chunked\r\n"
        case .close: break
        }
        text += keepsConnection && end != .close ? "Connection: keep-alive\r\n" : "Connection: close\r\n"
        // What a task wrote is never run, framed, guessed at or kept by a browser.
        text += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        text += "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
        text += "Cross-Origin-Resource-Policy: same-origin\r\n"
        for field in headers { text += "\(field.name): \(field.value)\r\n" }
        return Array((text + "\r\n").utf8)
    }

    /// One piece of a chunked body.
    public static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [0x0d, 0x0a]
    }

    public static let lastChunk = Array("0\r\n\r\n".utf8)
    public static let goOn = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
}
