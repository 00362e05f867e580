import Glibc
import KoubouCore
import Testing

/// Many clients, and such as mean no good.
@Suite struct CrowdTests {
    @Test func twoHundredAreServedAtOnce() throws {
        let served = try ServedHome(Home.served())
        let connections = try (0..<200).map { _ in try served.connect() }
        for connection in connections { connection.send(HTTPConnection.text("POST", "/task/delegate", #"{"prompt":"x"}"#, [])) }
        let ids = try connections.map { try served.home.json($0.answer().text, "$.task_id") }
        #expect(Set(ids) == Set((1...200).map(String.init)))
        for connection in connections { #expect(try connection.ask("GET", "/tasks?limit=1").status == 200) }
    }

    @Test func whoIsSlowIsToldAndClosed() throws {
        let served = try ServedHome(Home.served("request_timeout = 2s\nidle_timeout = 3s"))
        let head = try served.connect()
        head.send("GET /tasks HTTP/1.1\r\nHost: ")
        let body = try served.connect()
        body.send("POST /task/delegate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")
        let idle = try served.connect()
        #expect(try idle.ask("GET", "/tasks").status == 200)
        #expect(try head.answer().status == 408)
        #expect(head.isClosed())
        #expect(try body.answer().status == 408)
        #expect(idle.isClosed())
        try eventually(200) { try served.get("/tasks").status }
    }

    /// Connections that never say all don't keep out those that do.
    @Test func halfRequestsMakeRoom() throws {
        let served = try ServedHome(Home.served("connections_max = 20"))
        let busy = try served.connect()
        busy.send(HTTPConnection.text("GET", "/events", nil, []))
        #expect(try busy.head().status == 200)
        var lorises: [HTTPConnection] = []
        for _ in 0..<100 {
            let loris = try served.connect()
            loris.send("GET / HTTP/1.1\r\nX: ")
            lorises.append(loris)
        }
        #expect(try served.get("/tasks").status == 200)
        _ = try served.delegate(#"{"prompt":"x"}"#)
        #expect(busy.line() != nil)
        withExtendedLifetime(lorises) {}
    }

    /// Nor does who has just come go before who rests, when the last descriptor is taken.
    @Test func whoAsksIsAnsweredWhereDescriptorsAreShort() throws {
        let served = try ServedHome(Home.served())
        try #require(served.home.run(["/usr/bin/prlimit", "--pid", "\(served.program.pid)", "--nofile=64:64"]).status == 0)
        let resting = try (0..<40).map { _ in try served.connect() }
        for connection in resting { #expect(try connection.ask("GET", "/tasks").status == 200) }
        // They come all at once.
        served.program.signal(SIGSTOP)
        let asking = try (0..<40).map { _ in try served.connect() }
        for connection in asking { connection.send(HTTPConnection.text("GET", "/tasks", nil, [])) }
        served.program.signal(SIGCONT)
        for connection in asking { #expect(try connection.answer().status == 200) }
        withExtendedLifetime(resting) {}
    }

    /// Bodies that don't come to their end share a bound, so that no number of clients takes all memory.
    @Test func unfinishedBodiesShareABound() throws {
        let served = try ServedHome(Home.served("body_max = 1M\nrequest_timeout = 10m"))
        let body = "E1000\r\n" + String(repeating: "x", count: 0xe1000) + "\r\n"
        let senders = try (0..<8).map { _ in try served.connect() }
        for sender in senders {
            sender.send(
                "POST /task/delegate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n" + body)
        }
        // Four times the largest body is the most: as long as five are there, one of them is refused.
        try eventually(4) {
            try served.home.read("home/logs/mcp_server.log").split(separator: "\n").count { $0.contains("too many large bodies") }
        }
        #expect(try served.get("/tasks").status == 200)
        #expect(try served.post("/task/delegate", #"{"prompt":"small"}"#).status == 200)
        for sender in senders { sender.send("0\r\n\r\n") }
        #expect(try senders.map { try $0.answer().status }.sorted() == [400, 400, 400, 400, 503, 503, 503, 503])
    }

    /// The body, its text, SQLite's copy and the prompt: a debug build keeps one or two more.
    @Test func aLongPromptIsNotCopiedWithoutNeed() throws {
        let served = try ServedHome(Home.served("request_timeout = 10m"))
        let size = 32 << 20
        let body = "{\"prompt\":\"" + String(repeating: "x", count: size) + "\"}"
        #expect(try served.post("/task/delegate", body).status == 200)
        let status = String(decoding: try readFile("/proc/\(served.program.pid)/status"), as: UTF8.self)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        let peak = try #require(Int(line.split(whereSeparator: { $0 == " " || $0 == "\t" })[1])) << 10
        #expect(peak < 7 * size, "\(line)")
    }

    /// Who was let in once is spared, also when it has been silent for longer.
    @Test func strangersMakeRoomForTheAdmitted() throws {
        let served = try ServedHome(Home.served("connections_max = 20"))
        let known = try (0..<10).map { _ in try served.connect() }
        for connection in known { #expect(try connection.ask("GET", "/tasks").status == 200) }
        var strangers: [HTTPConnection] = []
        for number in 0..<100 {
            let stranger = try served.connect()
            // The page is for anybody: to have read it makes nobody known.
            stranger.send(number % 2 == 0 ? "GET / HTTP/1.1\r\nX: " : HTTPConnection.text("GET", "/", nil, []))
            if number % 2 == 1 { #expect(try stranger.answer().status == 200) }
            strangers.append(stranger)
        }
        for connection in known { #expect(try connection.ask("GET", "/tasks").status == 200) }
        withExtendedLifetime(strangers) {}
    }

    @Test func itStopsGracefully() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let (idle, streaming, waiting) = (try served.connect(), try served.connect(), try served.connect())
        #expect(try idle.ask("GET", "/tasks").status == 200)
        streaming.send(HTTPConnection.text("GET", "/events", nil, []))
        #expect(try streaming.head().status == 200)
        waiting.send(HTTPConnection.text("POST", "/task/delegate", #"{"prompt":"x","sync":true}"#, []))
        try eventually(1) { try home.count(.pending) }
        served.program.signal(SIGTERM)
        let answer = try waiting.answer()
        #expect(answer.status == 503)
        #expect(answer.text.contains("task 1 goes on"))
        #expect(idle.isClosed())
        while streaming.line() != nil {}  // the stream comes to its end
        #expect(try served.program.status() == 0)
        #expect(try home.queue().gateways().isEmpty)
    }

    @Test func startAndStopTakeItAlong() throws {
        // At an address whose ports no other test listens at.
        let home = try Home.served("listen = 127.0.0.9:0\nallow_hosts = 127.0.0.9")
        let started = try home.koubouctl("start", "--serve", in: home.folder)
        #expect(started.status == 0, "\(started.errors)")
        let port = try #require(started.text.split(separator: ":").last)
        let curl = "curl -sS http://127.0.0.9:\(port)/health"
        #expect(try home.json(home.shell(curl).text, "$.status") == "healthy")
        #expect(try home.koubouctl("start", "--serve").text.contains("gateway runs already"))
        #expect(try home.koubouctl("stop").text == "gateway stopped\nsupervisor stopped")
        #expect(try home.shell(curl).status == 7)
        #expect(try home.koubouctl("stop").text == "")
    }

    @Test func systemdsSocketIsUsed() throws {
        let home = try Home.served()
        let script = """
            import os, socket
            s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
            print("port", s.getsockname()[1], flush=True)
            os.dup2(s.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
            os.execv("\(Home.programs)/koubouctl", ["koubouctl", "serve"])
            """
        guard access("/usr/bin/python3", X_OK) == 0 else { return }
        let program = try home.start("/usr/bin/python3", "-c", script)
        try eventually(true) { program.stdout.contains("listening at") }
        let lines = program.stdout.split(separator: "\n")
        try #require(lines.count == 2)
        #expect(lines[1].hasSuffix(":" + lines[0].dropFirst(5)))
    }
}
