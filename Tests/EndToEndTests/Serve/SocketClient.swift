import Glibc
import KoubouCore
import Testing

/// The other end of a WebSocket, byte by byte.
final class SocketClient {
    let connection: HTTPConnection
    private let home: Home

    init(_ served: ServedHome, _ headers: String...) throws {
        (connection, home) = (try served.connect(), served.home)
        connection.send(HTTPConnection.text("GET", "/ws", nil, Self.headers + headers))
        let (status, answer) = try connection.head()
        try #require(status == 101)
        #expect(answer.contains { $0 == ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") })
    }

    static let headers = [
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]

    func send(_ kind: WebSocketFrame.Kind, _ payload: [UInt8], isFinal: Bool = true) {
        connection.send(bytes: WebSocketFrame(kind, payload, isFinal: isFinal).bytes(mask: [1, 2, 3, 4]))
    }

    func command(_ json: String) { send(.text, Array(json.utf8)) }

    func subscribe(_ channel: String) throws {
        command(#"{"command":"subscribe","channel":"\#(channel)"}"#)
        #expect(try value(next("subscribed"), "$.channel") == channel)
    }

    /// The next frame.
    func frame() throws -> WebSocketFrame {
        let head = try connection.bytes(2)
        try #require(head[1] & 0x80 == 0, "a server masks nothing")
        let short = Int(head[1])
        let size = short < 126 ? [] : try connection.bytes(short == 126 ? 2 : 8)
        let length = size.isEmpty ? short : size.reduce(0) { $0 << 8 | Int($1) }
        let kind = try #require(WebSocketFrame.Kind(rawValue: head[0] & 15))
        return WebSocketFrame(kind, try connection.bytes(length), isFinal: head[0] & 0x80 != 0)
    }

    /// The next message of this type; others are passed over.
    func next(_ type: String) throws -> String {
        while true {
            let frame = try frame()
            if frame.kind == .ping { continue }
            try #require(frame.kind == .text, "\(frame)")
            let text = String(decoding: frame.payload, as: UTF8.self)
            if try value(text, "$.type") == type { return text }
        }
    }

    func value(_ json: String, _ path: String) throws -> String { try home.json(json, path) }

    /// The code with which the gateway ends it.
    func closeCode() throws -> Int {
        while true {
            let frame = try frame()
            if frame.kind == .close { return frame.payload.prefix(2).reduce(0) { $0 << 8 | Int($1) } }
        }
    }
}
