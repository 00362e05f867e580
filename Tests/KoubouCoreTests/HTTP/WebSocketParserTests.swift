import Glibc
import Testing

@testable import KoubouCore

/// The wire of WebSockets: what is understood, what is refused, and with which code.
@Suite struct WebSocketParserTests {
    private static let mask: [UInt8] = [0x37, 0xfa, 0x21, 0x3d]

    private func sent(_ kind: WebSocketFrame.Kind, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
        WebSocketFrame(kind, payload, isFinal: isFinal).bytes(mask: Self.mask)
    }

    private func events(_ bytes: [UInt8], piece: Int = .max, max: Int = 1000) throws -> [WebSocketParser.Event] {
        var parser = WebSocketParser(messageMax: max)
        var events: [WebSocketParser.Event] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            parser.take(rest.prefix(piece))
            rest = rest.dropFirst(piece)
            while let event = try parser.next() { events.append(event) }
        }
        return events
    }

    /// The code with which `bytes` are refused.
    private func code(_ bytes: [UInt8], max: Int = 1000) -> UInt16? {
        do {
            _ = try events(bytes, max: max)
            return nil
        } catch { return (error as? WebSocketClose)?.code }
    }

    /// RFC 6455, section 5.7.
    @Test func theExamplesOfTheStandardAreRead() throws {
        let hello: [UInt8] = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]
        #expect(try events(hello) == [.text("Hello")])
        #expect(sent(.text, Array("Hello".utf8)) == hello)
        #expect(WebSocketFrame.text("Hello").bytes() == [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f])
        #expect(WebSocketHandshake.accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
    func everyLengthComesThroughInAnyPieces(_ count: Int) throws {
        let text = String(repeating: "x", count: count)
        for piece in [1, 7, 4096, .max] where count < 70_000 || piece > 1 {
            let stream = sent(.text, Array(text.utf8)) + sent(.ping, [1, 2])
            #expect(try events(stream, piece: piece, max: 1 << 20) == [.text(text), .ping([1, 2])])
        }
    }

    @Test func fragmentsAreOneMessageAndControlFramesComeBetween() throws {
        let text = Array("añ日本😀".utf8)
        for cut in 1..<text.count {
            let stream =
                sent(.text, Array(text[..<cut]), isFinal: false) + sent(.ping, [7]) + sent(.continuation, [], isFinal: false)
                + sent(.continuation, Array(text[cut...])) + sent(.binary, [0xff]) + sent(.pong, [])
            #expect(try events(stream) == [.ping([7]), .text("añ日本😀"), .binary([0xff]), .pong])
        }
    }

    @Test func aCloseHasACodeAndAReason() throws {
        #expect(try events(sent(.close, [])) == [.close(WebSocketClose(nil))])
        #expect(try events(sent(.close, [0x03, 0xe8] + Array("bye".utf8))) == [.close(WebSocketClose(1000, "bye"))])
        #expect(WebSocketFrame.close(.tooSlow).payload.prefix(2) == [0x03, 0xf0])
        for code in [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535] {
            #expect(self.code(sent(.close, [UInt8(code >> 8), UInt8(code & 255)])) == 1002, "\(code)")
        }
        for code in [1000, 1011, 3000, 4999] { #expect(self.code(sent(.close, [UInt8(code >> 8), UInt8(code & 255)])) == nil) }
        #expect(code(sent(.close, [3])) == 1002)
        #expect(code(sent(.close, [3, 0xe8, 0xff])) == 1007)
    }

    @Test func whatTheStandardForbidsIsRefused() {
        let refused: [(String, [UInt8], UInt16)] = [
            ("no mask", [0x81, 0x01, 0x61], 1002),
            ("a reserved bit", [0xc1, 0x80, 0, 0, 0, 0], 1002),
            ("an unknown opcode", [0x83, 0x80, 0, 0, 0, 0], 1002),
            ("an unknown control opcode", [0x8b, 0x80, 0, 0, 0, 0], 1002),
            ("a fragmented ping", sent(.ping, [], isFinal: false), 1002),
            ("a long ping", sent(.ping, [UInt8](repeating: 0, count: 126)), 1002),
            ("nothing to go on with", sent(.continuation, [1]), 1002),
            ("a message inside of one", sent(.text, [97], isFinal: false) + sent(.text, [97]), 1002),
            ("a length that could be shorter", [0x81, 0xfe, 0, 125, 0, 0, 0, 0], 1002),
            ("the same with eight bytes", [0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff], 1002),
            ("a negative length", [0x81, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0], 1002),
            ("a length beyond all memory", [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 1009),
            ("half a character", sent(.text, [0xe6, 0x97]), 1007),
            ("a surrogate", sent(.text, [0xed, 0xa0, 0x80]), 1007),
            ("too large", sent(.text, [UInt8](repeating: 97, count: 1001)), 1009),
            ("too large in two parts", sent(.text, [UInt8](repeating: 97, count: 600), isFinal: false)
                + sent(.continuation, [UInt8](repeating: 97, count: 600)), 1009),
        ]
        for (what, bytes, code) in refused { #expect(self.code(bytes) == code, "\(what)") }
    }
}

@Suite struct WebSocketHandshakeTests {
    private func request(_ text: String) throws -> HTTPRequest {
        var parser = HTTPRequestParser(bodyMax: 0)
        parser.take(Array((text + "\r\n").utf8)[...])
        guard case .request(let request) = try parser.next() else { throw WebSocketClose(nil) }
        return request
    }

    private static let lines = [
        "GET /ws HTTP/1.1", "Host: localhost", "Upgrade: WebSocket", "Connection: keep-alive, Upgrade",
        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]

    private func status(_ change: (inout [String]) -> Void) throws -> HTTPStatus {
        var lines = Self.lines
        change(&lines)
        do { return try WebSocketHandshake.response(to: request(lines.map { $0 + "\r\n" }.joined())).status } catch let problem as HTTPProblem {
            return problem.status
        }
    }

    @Test func onlyAProperRequestIsUpgraded() throws {
        #expect(try status { _ in } == .switchingProtocols)
        for index in 2..<6 { #expect(try status { $0.remove(at: index) } != .switchingProtocols) }
        #expect(try status { $0[0] = "GET /ws HTTP/1.0" } == .upgradeRequired)
        #expect(try status { $0[4] = "Sec-WebSocket-Version: 8" } == .upgradeRequired)
        #expect(try status { $0[5] = "Sec-WebSocket-Key: c2hvcnQ=" } == .badRequest)
        #expect(try status { $0[5] = "Sec-WebSocket-Key: ????" } == .badRequest)
    }

    @Test func theAnswerEndsWithItsHead() throws {
        let response = try WebSocketHandshake.response(to: request(Self.lines.map { $0 + "\r\n" }.joined()))
        let head = String(decoding: response.head(.close, keepsConnection: true, date: ""), as: UTF8.self)
        #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
        #expect(head.contains("Connection: Upgrade\r\n") && head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        #expect(!head.contains("Content-Length"))
    }
}

@Suite struct SecureHashTests {
    private func hex(_ bytes: [UInt8]) -> String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

    /// FIPS 180-4 and its examples.
    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func knownValues(_ text: String, _ sha1: String, _ sha256: String) {
        #expect(hex(SecureHash.sha1(Array(text.utf8))) == sha1)
        #expect(hex(SecureHash.sha256(Array(text.utf8))) == sha256)
    }

    @Test func aMillionLetters() {
        let text = [UInt8](repeating: 97, count: 1_000_000)
        #expect(hex(SecureHash.sha1(text)) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
    }
}
