import Glibc
import KoubouCore
import Testing

/// Requests in which a proxy before the gateway could see another end than the gateway does, so that what one client sends
/// becomes the request of another (RFC 9112, section 11.2).
@Suite struct SmugglingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let request: String
        let status: Int
        /// There is one way to read it: the next request is answered, too.
        var goesOn = false

        var testDescription: String { what }
        var row: String { "| \(what) | \(status) | \(goesOn ? "kept" : "closed") |" }
    }

    private static let json = "Content-Type: application/json\r\n"
    private static let body = #"{"prompt":"x"}"#  // 14 bytes

    private static func post(_ headers: String, _ body: String = body) -> String {
        "POST /task/delegate HTTP/1.1\r\nHost: localhost\r\n\(json)\(headers)\r\n\(body)"
    }

    private static func get(_ headers: String = "", _ target: String = "/tasks") -> String {
        "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n"
    }

    private static func chunks(_ chunks: String) -> String { post("Transfer-Encoding: chunked\r\n", chunks) }

    private static let lengths = [
        Case(what: "Content-Length twice, equal", request: post("Content-Length: 14\r\nContent-Length: 14\r\n"), status: 400),
        Case(what: "Content-Length twice, different", request: post("Content-Length: 14\r\nContent-Length: 0\r\n"), status: 400),
        Case(what: "`Content-Length: 14, 14`", request: post("Content-Length: 14, 14\r\n"), status: 400),
        Case(what: "`Content-Length: +14`", request: post("Content-Length: +14\r\n"), status: 400),
        Case(what: "`Content-Length: -14`", request: post("Content-Length: -14\r\n"), status: 400),
        Case(what: "`Content-Length: 0xe`", request: post("Content-Length: 0xe\r\n"), status: 400),
        Case(what: "`Content-Length: 1 4`", request: post("Content-Length: 1 4\r\n"), status: 400),
        Case(what: "Content-Length without a number", request: post("Content-Length:\r\n"), status: 400),
        Case(what: "Content-Length of twenty digits", request: post("Content-Length: 18446744073709551630\r\n"), status: 400),
        Case(what: "Content-Length beyond `body_max`", request: post("Content-Length: 999999999999\r\n"), status: 413),
        Case(what: "`Content-Length : 14`", request: post("Content-Length : 14\r\n"), status: 400),
        Case(what: "Content-Length and Transfer-Encoding",
             request: post("Content-Length: 14\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), status: 400),
        Case(what: "Transfer-Encoding and Content-Length",
             request: post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), status: 400),
    ]

    private static let codings = [
        Case(what: "Transfer-Encoding twice",
             request: post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), status: 501),
        Case(what: "`Transfer-Encoding: xchunked`", request: post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), status: 501),
        Case(what: "`Transfer-Encoding: gzip, chunked`",
             request: post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), status: 501),
        Case(what: "`Transfer-Encoding: chunked, identity`",
             request: post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), status: 501),
        Case(what: "`Transfer-Encoding: \"chunked\"`", request: post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), status: 501),
        Case(what: "Transfer-Encoding without a word", request: post("Transfer-Encoding:\r\n", "0\r\n\r\n"), status: 501),
        Case(what: "vertical tab before `chunked`", request: post("Transfer-Encoding: \u{b}chunked\r\n", "0\r\n\r\n"), status: 400),
        Case(what: "`Transfer-Encoding : chunked`", request: post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), status: 400),
        Case(what: "`chunked` on the next line", request: post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), status: 400),
        Case(what: "Transfer-Encoding in HTTP/1.0",
             request: "POST /task/delegate HTTP/1.0\r\n\(json)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", status: 400),
    ]

    private static let lines = [
        Case(what: "a header that goes on in the next line", request: get("A: b\r\n c\r\n"), status: 400),
        Case(what: "a space before the first header", request: "GET /tasks HTTP/1.1\r\n Host: localhost\r\n\r\n", status: 400),
        Case(what: "bare LF for every line end", request: "GET /tasks HTTP/1.1\nHost: localhost\n\n", status: 400),
        Case(what: "bare LF after a header", request: get("A: b\n"), status: 400),
        Case(what: "bare CR in a header", request: get("A: b\rContent-Length: 99\r\n"), status: 400),
        Case(what: "bare CR at the end of a header", request: get("A: b\r\r\n"), status: 400),
        Case(what: "NUL in a header", request: get("A: \0\r\n"), status: 400),
        Case(what: "NUL in the name of a header", request: get("A\0: b\r\n"), status: 400),
        Case(what: "a header without a name", request: get(": b\r\n"), status: 400),
        Case(what: "a header without a colon", request: get("Content-Length\r\n"), status: 400),
        Case(what: "a space before the colon", request: get("Host : x\r\n"), status: 400),
        Case(what: "two spaces in the request line", request: "GET  /tasks HTTP/1.1\r\nHost: localhost\r\n\r\n", status: 400),
        Case(what: "a tab in the request line", request: "GET\t/tasks HTTP/1.1\r\nHost: localhost\r\n\r\n", status: 400),
        Case(what: "no version", request: "GET /tasks\r\n\r\n", status: 400),
        Case(what: "`http/1.1`", request: "GET /tasks http/1.1\r\nHost: localhost\r\n\r\n", status: 400),
        Case(what: "`HTTP/1.10`", request: "GET /tasks HTTP/1.10\r\nHost: localhost\r\n\r\n", status: 400),
        Case(what: "the preface of HTTP/2", request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", status: 505),
        Case(what: "a target of 20 KB", request: get("", "/" + String(repeating: "x", count: 20_000)), status: 414),
        Case(what: "a header of 20 KB", request: get("A: \(String(repeating: "x", count: 20_000))\r\n"), status: 431),
        Case(what: "200 headers", request: get(String(repeating: "A: b\r\n", count: 200)), status: 431),
        Case(what: "more than four empty lines before a request", request: "\r\n\r\n\r\n\r\n\r\n" + get(), status: 400),
        Case(what: "an empty line before a request", request: "\r\n" + get(), status: 200, goesOn: true),
    ]

    private static let chunkCases = [
        Case(what: "chunk size `+e`", request: chunks("+e\r\n\(body)\r\n0\r\n\r\n"), status: 400),
        Case(what: "chunk size `-1`", request: chunks("-1\r\n\(body)\r\n0\r\n\r\n"), status: 400),
        Case(what: "chunk size `0xe`", request: chunks("0xe\r\n\(body)\r\n0\r\n\r\n"), status: 400),
        Case(what: "a space before a chunk size", request: chunks(" e\r\n\(body)\r\n0\r\n\r\n"), status: 400),
        Case(what: "a space after a chunk size", request: chunks("e \r\n\(body)\r\n0\r\n\r\n"), status: 400),
        Case(what: "chunk size `1_4`", request: chunks("1_4\r\n\(body)\r\n0\r\n\r\n"), status: 400),
        Case(what: "no chunk size", request: chunks("\r\n\(body)\r\n0\r\n\r\n"), status: 400),
        Case(what: "a chunk size of 17 digits", request: chunks("1000000000000000e\r\n\(body)\r\n0\r\n\r\n"), status: 400),
        Case(what: "a chunk size beyond `body_max`", request: chunks("fffffffffff\r\n\(body)\r\n0\r\n\r\n"), status: 413),
        Case(what: "a chunk extension of 2 KB",
             request: chunks("e;\(String(repeating: "a", count: 2000))\r\n\(body)\r\n0\r\n\r\n"), status: 400),
        Case(what: "NUL in a chunk extension", request: chunks("e;a=\0\r\n\(body)\r\n0\r\n\r\n"), status: 400),
        Case(what: "bare LF after a chunk size", request: chunks("e\n\(body)\r\n0\r\n\r\n"), status: 400),
        Case(what: "bare LF in a chunk extension", request: chunks("e;\n\r\n\(body)\r\n0\r\n\r\n"), status: 400),
        Case(what: "bare LF after a chunk", request: chunks("e\r\n\(body)\n0\r\n\r\n"), status: 400),
        Case(what: "a chunk longer than its size", request: chunks("d\r\n\(body)\r\n0\r\n\r\n"), status: 400),
        Case(what: "no empty line after the last chunk", request: chunks("e\r\n\(body)\r\n0\r\n"), status: 400),
        Case(what: "a trailer with a space before its colon", request: chunks("e\r\n\(body)\r\n0\r\nA : b\r\n\r\n"), status: 400),
        Case(what: "a short extension and a trailer", request: chunks("e;a=b\r\n\(body)\r\n0\r\nA: b\r\n\r\n"), status: 200, goesOn: true),
    ]

    private static let targets = [
        Case(what: "two Hosts", request: get("Host: localhost\r\n"), status: 400),
        Case(what: "no Host", request: "GET /tasks HTTP/1.1\r\n\r\n", status: 400),
        Case(what: "a Host with a path", request: "GET /tasks HTTP/1.1\r\nHost: localhost/x\r\n\r\n", status: 400),
        Case(what: "`Host: localhost:80:evil`", request: "GET /tasks HTTP/1.1\r\nHost: localhost:80:evil\r\n\r\n", status: 400),
        Case(what: "`Host: [::1]evil`", request: "GET /tasks HTTP/1.1\r\nHost: [::1]evil\r\n\r\n", status: 400),
        Case(what: "a target of another site, our Host", request: get("", "http://evil.example/tasks"), status: 403, goesOn: true),
        Case(what: "our target, the Host of another site (the target counts)",
             request: "GET http://localhost/tasks HTTP/1.1\r\nHost: evil.example\r\n\r\n", status: 200, goesOn: true),
        Case(what: "a target with a user", request: get("", "http://a@localhost/tasks"), status: 400),
        Case(what: "CONNECT", request: "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", status: 400),
        Case(what: "Upgrade and a body",
             request: get(SocketClient.headers.map { $0 + "\r\n" }.joined() + json + "Content-Length: 5\r\n", "/ws") + "hello", status: 400,
             goesOn: true),
        Case(what: "`Upgrade: h2c`", request: get("Connection: Upgrade\r\nUpgrade: h2c\r\n"), status: 200, goesOn: true),
        Case(what: "a body that GET has no use for", request: get(json + "Content-Length: 5\r\n") + "hello", status: 200, goesOn: true),
    ]

    private static let all = lengths + codings + lines + chunkCases + targets

    @Test func nothingIsSmuggled() throws {
        let served = try ServedHome(Home.served())
        let smuggled = Self.post("Content-Length: 20\r\n", #"{"prompt":"smuggle"}"#)
        for one in Self.all {
            let connection = try served.connect()
            connection.send(one.request + smuggled)
            let answer = try connection.answer()
            #expect(answer.status == one.status, "\(one.what): \(answer.text)")
            if one.goesOn {
                #expect(try connection.answer().status == 200, "\(one.what)")
                connection.endSending()
            } else {
                #expect(answer.header("connection") == "close", "\(one.what)")
            }
            #expect(connection.isClosed(), "\(one.what)")
        }
        // Those that were well-formed, and what came after them.
        let wanted = Self.all.count { $0.goesOn } + Self.all.count { $0.goesOn && $0.request.hasPrefix("POST") }
        #expect(try served.home.count(.pending) == wanted)
    }

    @Test func theyAreListed() throws {
        let readme = try SourceTree.text("Tests/README.md")
        let rows = Set(readme.split(separator: "\n").map(String.init))
        for one in Self.all { #expect(rows.contains(one.row), "Tests/README.md has no line \(one.row)") }
    }
}
