import Glibc
import KoubouCore
import Testing

/// HTTP/1.1 on the wire.
@Suite struct ProtocolTests {
    @Test func aConnectionIsKeptForManyRequests() throws {
        let served = try ServedHome(Home.served())
        let connection = try served.connect()
        for _ in 0..<50 { #expect(try connection.ask("GET", "/tasks").status == 200) }
        #expect(try connection.ask("GET", "/nothing").status == 404)
        #expect(try connection.ask("POST", "/task/delegate", #"{"prompt":"x"}"#).status == 200)
        #expect(try connection.ask("POST", "/task/delegate", "{}").status == 400)
        #expect(try connection.ask("GET", "/tasks").status == 200)
    }

    @Test func requestsThatComeAtOnceAreAnsweredInOrder() throws {
        let served = try ServedHome(Home.served())
        let connection = try served.connect()
        // Whoever has said all before he is let in is nobody that the kernel could name.
        #expect(try connection.ask("GET", "/tasks").status == 200)
        let count = 300
        var text = ""
        for number in 1...count {
            text += HTTPConnection.text("POST", "/task/delegate", #"{"prompt":"\#(number)"}"#, [])
            text += HTTPConnection.text("GET", "/task/\(number)/status", nil, [])
        }
        connection.send(text)
        connection.endSending()
        for number in 1...count {
            #expect(try connection.answer().text == #"{"task_id":\#(number),"status":"pending"}"#)
            #expect(try served.home.json(connection.answer().text, "$.task_id") == "\(number)")
        }
        #expect(connection.isClosed())
    }

    @Test func aWaitingAnswerKeepsItsPlace() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let connection = try served.connect()
        connection.send(HTTPConnection.text("POST", "/task/delegate", #"{"prompt":"x","sync":true}"#, []))
        connection.send(HTTPConnection.text("GET", "/tasks/pending", nil, []))
        try eventually(1) { try home.count(.pending) }
        _ = try home.startSupervisor()
        #expect(try home.json(connection.answer().text, "$.status") == "completed")
        #expect(try connection.answer().text == "[]")
    }

    @Test func bodiesComeInChunksAndWhenTheyAreAskedFor() throws {
        let served = try ServedHome(Home.served())
        let connection = try served.connect()
        connection.send(
            "POST /task/delegate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json; charset=utf-8\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"pro\r\nC\r\nmpt\": \"abc\"}\r\n0\r\n\r\n")
        #expect(try connection.answer().status == 200)
        #expect(try served.home.field("prompt", of: "1") == "abc")
        connection.send(
            "POST /task/delegate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Expect: 100-continue\r\nContent-Length: 14\r\n\r\n")
        #expect(try connection.answer().status == 100)
        connection.send(#"{"prompt":"y"}"#)
        #expect(try connection.answer().status == 200)
        // Refused before the body is sent.
        connection.send("POST /task/delegate HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n")
        #expect(try connection.answer().status == 413)
        #expect(connection.isClosed())
    }

    @Test func aBodyThatIsTooLargeIsRefusedWhileItComes() throws {
        let served = try ServedHome(Home.served("body_max = 1K"))
        let answer = try served.post("/task/delegate", "{\"prompt\":\"" + String(repeating: "x", count: 3_000_000) + "\"}")
        #expect(answer.status == 413)
        #expect(try served.home.json(answer.text, "$.title") == "Content Too Large")
    }

    @Test func headAndOptionsAndOtherMethods() throws {
        let served = try ServedHome(Home.served())
        let connection = try served.connect()
        connection.send(HTTPConnection.text("HEAD", "/tasks", nil, []))
        let head = try connection.answer(isHead: true)
        #expect(head.status == 200)
        #expect(head.header("content-length") == "24")
        let options = try connection.ask("OPTIONS", "/pool")
        #expect(options.status == 204)
        #expect(options.header("allow") == "GET, HEAD, PATCH, OPTIONS")
        #expect(options.header("access-control-allow-origin") == nil)
        let wrong = try connection.ask("DELETE", "/task/1/cancel")
        #expect(wrong.status == 405)
        #expect(wrong.header("allow") == "POST, OPTIONS")
        #expect(try connection.ask("BREW", "/nothing").status == 404)
    }

    @Test func whatCanNotBeTrustedEndsTheConnection() throws {
        let served = try ServedHome(Home.served())
        for text in [
            "GET /tasks HTTP/1.1\nHost: localhost\n\n", "nonsense\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\r\n\r\n",
            "POST /task/delegate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n{}GET /x",
        ] {
            let connection = try served.connect()
            connection.send(text)
            #expect(try connection.answer().status == 400)
            #expect(connection.isClosed())
        }
        let old = try served.connect()
        old.send("GET /tasks HTTP/1.0\r\n\r\n")
        #expect(try old.answer().text == #"{"tasks":[],"next":null}"#)
        #expect(old.isClosed())
    }

    @Test func curlIsUnderstood() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let large = String(repeating: "x", count: 200_000)
        let output = try home.run(
            ["/bin/sh", "-c", "exec curl -sS --json @- \(served.url)/task/delegate"],
            stdin: Array("{\"prompt\":\"\(large)\"}".utf8))
        #expect(output.text == #"{"task_id":1,"status":"pending"}"#, "\(output.errors)")
        #expect(try home.field("prompt", of: "1") == large)
    }
}
