import Testing

@testable import KoubouCore

struct HTTPRequestParserTests {
    /// All requests of a text, and the status of what ended the reading.
    private func read(_ text: String, step: Int = .max, bodyMax: Int = 1000) -> (requests: [HTTPRequest], fault: Int?) {
        var parser = HTTPRequestParser(bodyMax: bodyMax)
        var requests: [HTTPRequest] = []
        var rest = Array(text.utf8)[...]
        do {
            while true {
                while let event = try parser.next() { if case .request(let request) = event { requests.append(request) } }
                if rest.isEmpty { return (requests, nil) }
                parser.take(rest.prefix(step))
                rest = rest.dropFirst(step)
            }
        } catch { return (requests, error.status.rawValue) }
    }

    @Test func aRequestIsReadHoweverItIsCut() {
        let text = "\r\nPOST /task/delegate?a=1&b=x+%2Fy HTTP/1.1\r\nHost: LOCALHOST:8765\r\nContent-Length: 5\r\n\r\nhello"
            + "GET / HTTP/1.0\r\n\r\n"
            + "POST /x HTTP/1.1\r\nhost:a\r\nTransfer-Encoding: Chunked\r\n\r\n5;a=b\r\nhello\r\n0A\r\n, world!!!\r\n0\r\nT: x\r\n\r\n"
            + "GET http://other/p?q HTTP/1.1\r\nHost: a\r\n\r\n"
        let whole = read(text)
        #expect(whole.fault == nil)
        #expect(whole.requests.map(\.method) == ["POST", "GET", "POST", "GET"])
        let bodies = whole.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies == ["hello", "", "hello, world!!!", ""])
        #expect(whole.requests[0].target.segments == ["task", "delegate"])
        #expect(whole.requests[0].target["b"] == "x /y")
        #expect(whole.requests.map(\.host) == ["localhost:8765", nil, "a", "other"])
        #expect(whole.requests.map(\.keepsConnection) == [true, false, true, true])
        #expect(whole.requests[3].target.path == "/p")
        for step in [1, 2, 3, 7, 64] { #expect(read(text, step: step).requests == whole.requests, "\(step)") }
    }

    /// What two readers could understand in two ways is refused (RFC 9112, section 11.2).
    @Test(arguments: [
        ("GET / HTTP/1.1\nHost: a\n\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nA: b\rc\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n folded\r\n\r\n", 400),
        (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
        ("GET /\r\nHost: a\r\n\r\n", 400),
        ("GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /% HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nA: \u{0}\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: [::1]a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: [x]\r\n\r\n", 400),
        ("GET http://a\\b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\nx", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nx", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\nx", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nx", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \u{b}chunked\r\n\r\n", 400),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("PRI * HTTP/2.0\r\n\r\n", 505),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n", 417),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n", 413),
    ])
    func malformedRequestsAreRefused(_ text: String, _ status: Int) {
        for step in [1, .max] {
            let (requests, fault) = read(text, step: step)
            #expect(requests.isEmpty)
            #expect(fault == status, "\(text.debugDescription)")
        }
    }

    @Test(arguments: [
        ("\r\n", 400), ("x\r\n", 400), (" 1\r\nx\r\n0\r\n\r\n", 400), ("1 \r\nx\r\n0\r\n\r\n", 400), ("0x1\r\nx\r\n0\r\n\r\n", 400),
        ("+1\r\nx\r\n0\r\n\r\n", 400), ("1\nx\r\n0\r\n\r\n", 400), ("1\r\nxx\r\n0\r\n\r\n", 400), ("1\r\nx\n0\r\n\r\n", 400),
        ("1\r\nx\r\n0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("0\r\nT : x\r\n\r\n", 400),
        ("1;a\u{0}\r\nx\r\n0\r\n\r\n", 400), ("FFFFFFFFFFFFFFFF\r\n", 400), ("FFFFFFFFFFFFFFF\r\n", 413), ("3e9\r\n", 413),
        ("1\r\nx\r\n3e8\r\n", 413), ("0\r\n" + String(repeating: "T: x\r\n", count: 2000) + "\r\n", 431),
        ("1;" + String(repeating: "a", count: 2000), 400),
    ])
    func malformedChunksAreRefused(_ chunks: String, _ status: Int) {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        for step in [1, .max] {
            let (requests, fault) = read(head + chunks, step: step)
            #expect(requests.isEmpty)
            #expect(fault == status, "\(chunks.prefix(40).debugDescription)")
        }
    }

    @Test func headsHaveBounds() {
        let long = String(repeating: "a", count: 17_000)
        for step in [100, .max] {
            #expect(read("GET /\(long)", step: step).fault == 414)
            #expect(read("GET / HTTP/1.1\r\nHost: a\r\nA: \(long)", step: step).fault == 431)
            #expect(read("GET / HTTP/1.1\r\nHost: a\r\nA: \(long)\r\n\r\n", step: step).fault == 431)
        }
        let fields = String(repeating: "A: b\r\n", count: 100)
        #expect(read("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n").fault == 431)
    }

    @Test func theHeadComesFirstWhenABodyFollows() throws {
        var parser = HTTPRequestParser(bodyMax: 10)
        parser.take(Array("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n".utf8)[...])
        guard case .head(let request) = try parser.next() else { return #expect(Bool(false)) }
        #expect(request.expectsContinue)
        #expect(try parser.next() == nil)
        #expect(parser.isInRequest)
        parser.take(Array("okGET".utf8)[...])
        guard case .request(let whole) = try parser.next() else { return #expect(Bool(false)) }
        #expect(whole.body == Array("ok".utf8))
        #expect(parser.buffered == 3)
    }
}
