/// How a connection becomes a WebSocket (RFC 6455, section 4.2).
public enum WebSocketHandshake {
    /// The answer to a request that asks for it properly.
    public static func response(to request: HTTPRequest) throws(HTTPProblem) -> HTTPResponse {
        let headers = request.headers
        guard request.method == "GET", request.isVersion11, headers.list("upgrade").contains("websocket"),
            headers.list("connection").contains("upgrade")
        else {
            throw HTTPProblem(
                .upgradeRequired, "this is a WebSocket: ask for it with 'Upgrade: websocket'", field: "Upgrade",
                headers: [.init("Upgrade", "websocket"), .init("Connection", "Upgrade")])
        }
        guard headers["sec-websocket-version"] == "13" else {
            throw HTTPProblem(
                .upgradeRequired, "version 13 of the protocol is spoken here", field: "Sec-WebSocket-Version",
                headers: [.init("Sec-WebSocket-Version", "13")])
        }
        guard let key = headers["sec-websocket-key"], bytes(base64: key)?.count == 16 else {
            throw HTTPProblem(
                .badRequest, "the key of a WebSocket is 16 bytes in base64", field: "Sec-WebSocket-Key")
        }
        // Others could take the body for the first frames.
        guard !request.hasBody else {
            throw HTTPProblem(.badRequest, "a WebSocket is asked for without a body", field: "Content-Length")
        }
        var response = HTTPResponse(
            .switchingProtocols, contentType: nil,
            headers: [.init("Upgrade", "websocket"), .init("Sec-WebSocket-Accept", accept(key))])
        // A browser ends a connection that takes up none of what its page has offered.
        if request.offeredProtocols.contains(subprotocol) {
            response.headers.append(.init("Sec-WebSocket-Protocol", subprotocol))
        }
        return response
    }

    private static let subprotocol = "koubou"

    /// What proves that the key was understood.
    static func accept(_ key: String) -> String {
        base64(SecureHash.sha1(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }
}

extension HTTPRequest {
    fileprivate var offeredProtocols: [String] { headers.words("sec-websocket-protocol") }

    /// The token of a page: a browser lets it set no header of a WebSocket but the names of protocols, of which
    /// `bearer.TOKEN` is one that is never taken up. Unlike in a URL, it is in no history and no log there.
    var offeredToken: String? {
        guard headers.list("upgrade").contains("websocket") else { return nil }
        let mark = "bearer."
        return offeredProtocols.first { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
    }
}
