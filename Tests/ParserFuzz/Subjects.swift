import KoubouCore

/// What both parsers have in common.
protocol PieceParser {
    associatedtype Event: Equatable
    associatedtype Fault: Error, Equatable
    mutating func take(_ bytes: ArraySlice<UInt8>)
    mutating func next() throws(Fault) -> Event?
    var buffered: Int { get }
}

extension HTTPRequestParser: PieceParser {}
extension WebSocketParser: PieceParser {}

/// What a parser is fed with.
protocol FuzzSubject {
    associatedtype Parser: PieceParser
    var parser: Parser { get }
    /// Bytes that the parser may hold when it asks for more.
    var heldMax: Int { get }
    func input(using random: inout SeededGenerator) -> [UInt8]
}

struct RequestSubject: FuzzSubject {
    let parser = HTTPRequestParser(bodyMax: 300)
    let heldMax = HTTPRequestParser.headMax

    private static let starts = [
        "GET / HTTP/1.1\r\n", "POST /task/delegate HTTP/1.1\r\n", "GET /tasks?status=pending&limit=5 HTTP/1.1\r\n",
        "GET /a%20b?c=%2F+d HTTP/1.0\r\n", "GET http://localhost:8765/x HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\r\n",
    ]
    private static let fields = [
        "Host: localhost:8765\r\n", "Accept: */*\r\n", "Connection: keep-alive\r\n", "Connection: close\r\n", "Expect: 100-continue\r\n",
        "Content-Type: application/json; charset=utf-8\r\n", "Authorization: Bearer 0123456789abcdef\r\n", "A:\r\n", "B: \t c d \r\n",
        "Upgrade: websocket\r\n",
    ]
    private static let mangling = Mangling(words: fields + starts + [
        "\r\n", "\n", "\r", "\0", ":", " ", ";", ",", "\r\n\r\n", "0\r\n\r\n", "5\r\nhello\r\n", "5;a=b\r\n", "FFFFFFFFFFFFFFF\r\n", "0x5\r\n",
        "Content-Length: 5\r\n", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: xchunked\r\n", "\r\n b",
        "%00", "%e6%97", "é", "HTTP/1.0",
    ])

    func input(using random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            var text = Self.starts.randomElement(using: &random)! + Self.fields[0]
            for _ in 0..<Int.random(in: 0...4, using: &random) { text += Self.fields.dropFirst().randomElement(using: &random)! }
            let body = String(repeating: "x", count: Int.random(in: 0...40, using: &random))
            switch Int.random(in: 0..<3, using: &random) {
            case 0: text += "\r\n"
            case 1: text += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            default:
                let chunk = body.isEmpty ? "" : "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n"
                text += "Transfer-Encoding: chunked\r\n\r\n\(chunk)0\r\n\(random.oneIn(3) ? "T: x\r\n" : "")\r\n"
            }
            bytes += Array(text.utf8)
        }
        Self.mangling.spoil(&bytes, using: &random)
        return bytes
    }
}

struct FrameSubject: FuzzSubject {
    let parser = WebSocketParser(messageMax: 400)
    /// A frame that is not whole yet: its head of fourteen bytes at most, and what may be in it.
    let heldMax = 400 + 14

    private static let mangling = Mangling(words: ["\u{81}", "\0\0\0\0", "\u{7f}", "~", "日本"], hotBytes: 14)

    func input(using random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let kind = [WebSocketFrame.Kind.text, .text, .binary, .continuation, .ping, .pong, .close].randomElement(using: &random)!
            let size = [0, 1, 2, 5, 125, 126, 300].randomElement(using: &random)!
            let payload = (0..<size).map { _ in UInt8.random(in: 32...126, using: &random) }
            let frame = WebSocketFrame(kind, payload, isFinal: !random.oneIn(4))
            bytes += frame.bytes(mask: random.oneIn(20) ? nil : (0..<4).map { _ in .random(in: .min ... .max, using: &random) })
        }
        Self.mangling.spoil(&bytes, using: &random)
        return bytes
    }
}
