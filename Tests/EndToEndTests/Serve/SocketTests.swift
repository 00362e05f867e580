import Glibc
import KoubouCore
import Testing

/// `/ws`: messages both ways.
@Suite struct SocketTests {
    /// As `new WebSocket(url, ["koubou", "bearer.TOKEN"])` of a page does it.
    @Test func aPageOffersItsTokenAsAProtocol() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let secret = try home.koubouctl("token", "--right", "read", "page").text
        func open(_ token: String) throws -> (status: Int, headers: [(name: String, value: String)]) {
            let connection = try served.connect()
            let headers = SocketClient.headers + ["X-Forwarded-For: x", "Sec-WebSocket-Protocol: koubou, bearer.\(token)"]
            connection.send(HTTPConnection.text("GET", "/ws", nil, headers))
            return try connection.head()
        }
        let opened = try open(secret)
        #expect(opened.status == 101)
        #expect(opened.headers.filter { $0.name == "sec-websocket-protocol" }.map(\.value) == ["koubou"], "never the token")
        #expect(try open("wrong").status == 401)
    }

    @Test func itTellsHowThingsAreAndAnswers() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        _ = try home.handIn("true")
        let socket = try SocketClient(served)
        let state = try socket.next("initial_state")
        #expect(try socket.value(state, "$.data.stats.tasks.pending") == "1")
        #expect(try socket.value(state, "$.data.pool.max") == "5")
        #expect(try socket.value(state, "$.data.last_event") == "1")
        socket.command(#"{"command":"ping"}"#)
        _ = try socket.next("pong")
        socket.command(#"{"command":"get_stats"}"#)
        #expect(try socket.value(socket.next("stats"), "$.data.tasks.pending") == "1")
        for wrong in ["x", "[]", "{}", #"{"command":"dance"}"#, #"{"command":"subscribe"}"#, #"{"command":"subscribe","channel":"x"}"#] {
            socket.command(wrong)
            #expect(try socket.value(socket.next("error"), "$.error") != "", "\(wrong)")
        }
        socket.send(.ping, [1, 2, 3])
        #expect(try socket.frame() == WebSocketFrame(.pong, [1, 2, 3]))
        // A command in parts, with a control frame in between.
        socket.send(.text, Array(#"{"command""#.utf8), isFinal: false)
        socket.send(.pong, [])
        socket.send(.continuation, Array(#":"ping"}"#.utf8))
        _ = try socket.next("pong")
        socket.send(.close, [0x03, 0xe8])
        #expect(try socket.closeCode() == 1000)
        #expect(socket.connection.isClosed())
    }

    @Test func everyEventComesOnceAndInOrder() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let sockets = try (0..<20).map { _ in try SocketClient(served) }
        for socket in sockets { try socket.subscribe("task") }
        for number in 0..<30 {
            if number % 2 == 0 { _ = try home.handIn("true") } else { _ = try served.delegate(#"{"prompt":"x"}"#) }
        }
        for socket in sockets {
            let seen = try (1...30).map { _ in try socket.value(socket.next("task_update"), "$.data.seq") }
            #expect(seen == (1...30).map(String.init))
        }
        sockets[0].command(#"{"command":"unsubscribe","channel":"task"}"#)
        _ = try sockets[0].next("unsubscribed")
        _ = try home.handIn("true")
        #expect(try sockets[1].value(sockets[1].next("task_update"), "$.data.to") == "pending")
        sockets[0].command(#"{"command":"ping"}"#)
        let frame = try sockets[0].frame()
        #expect(String(decoding: frame.payload, as: UTF8.self).contains("pong"), "what is not subscribed does not come")
    }

    /// The write of another program's commit wakes the gateway: it does not look every now and then.
    @Test func changesArePushedWhenTheyAreCommitted() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let socket = try SocketClient(served)
        try socket.subscribe("task")
        let store = try home.queue()
        func time(_ body: () throws -> Void) rethrows -> Duration {
            let start = MonotonicClock.now
            try body()
            return MonotonicClock.now - start
        }
        var found: [(change: Duration, answer: Duration)] = []
        for _ in 0..<10 {
            var (changes, answers): ([Duration], [Duration]) = ([], [])
            for _ in 0..<30 {
                usleep(20_000)
                answers.append(try time {
                    socket.command(#"{"command":"ping"}"#)
                    _ = try socket.next("pong")
                })
                _ = try store.submit([NewTask(type: "general", cwd: [47])], at: Clock.now)
                changes.append(try time { _ = try socket.next("task_update") })
            }
            // Half of them would come 50 ms late from a program that looks ten times a second. What a busy machine takes for
            // anything, an answer tells that needs no look.
            found.append((changes.sorted()[15], answers.sorted()[15]))
            if found[found.count - 1].change < .milliseconds(15) + found[found.count - 1].answer * 2 { return }
        }
        Issue.record("changes are told late: \(found)")
    }

    @Test func workersAndThePoolAreTold() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let socket = try SocketClient(served)
        for channel in ["worker", "system"] { try socket.subscribe(channel) }
        let supervisor = try home.startSupervisor("--min", "1", "--max", "1")
        _ = try home.handIn("until [ -e go ]; do sleep 0.01; done")
        var (statuses, events): ([String], [String]) = ([], [])
        func collect(until isDone: () -> Bool) throws {
            while !isDone() {
                let text = String(decoding: try socket.frame().payload, as: UTF8.self)
                switch try socket.value(text, "$.type") {
                case "worker_update": statuses.append(try socket.value(text, "$.data.status"))
                case "system_event": events.append(try socket.value(text, "$.data.event"))
                default: break
                }
            }
        }
        try collect { statuses.last == "busy" && events.contains("supervisor_started") }
        try home.write("", to: "go")
        try collect { statuses.last == "idle" }
        try home.koubouctl("pause", "-t", "shell")
        try collect { events.last == "pool_changed" }
        supervisor.signal(SIGTERM)
        try collect { statuses.last == "gone" && events.contains("supervisor_stopped") }
        #expect(events.contains("start"), "\(events)")
        _ = try socket.next("periodic_stats")
    }

    @Test func whatBreaksTheProtocolIsEndedWithACode() throws {
        let served = try ServedHome(Home.served())
        let cases: [(Int, [UInt8])] = [
            (1002, [0x81, 0x01, 0x61]), (1002, WebSocketFrame(.continuation, [1]).bytes(mask: [0, 0, 0, 0])),
            (1007, WebSocketFrame(.text, [0xff]).bytes(mask: [0, 0, 0, 0])),
            (1003, WebSocketFrame(.binary, [1]).bytes(mask: [0, 0, 0, 0])),
            (1009, WebSocketFrame(.text, [UInt8](repeating: 32, count: 70_000)).bytes(mask: [0, 0, 0, 0])),
        ]
        for (code, bytes) in cases {
            let socket = try SocketClient(served)
            socket.connection.send(bytes: bytes)
            #expect(try socket.closeCode() == code)
            #expect(socket.connection.isClosed())
        }
        #expect(try served.get("/tasks").status == 200)
    }

    @Test func whoDoesNotReadIsDroppedWithACode() throws {
        let home = try Home.served("request_timeout = 1s")
        let served = try ServedHome(home)
        let lazy = try SocketClient(served)
        try lazy.subscribe("task")
        // Answers that nobody reads fill all buffers.
        let command = WebSocketFrame.text(#"{"command":"get_stats"}"#).bytes(mask: [1, 2, 3, 4])
        lazy.connection.send(bytes: Array(repeatElement(command, count: 20_000).joined()))
        try eventually(true) {
            try home.read("home/logs/mcp_server.log").contains("dropped a client that reads too slowly")
        }
        let status = try String(decoding: readFile("/proc/\(served.program.pid)/status"), as: UTF8.self)
        let resident = status.split(separator: "\n").first { $0.hasPrefix("VmRSS") }?.split(separator: " ").dropLast().last
        #expect(Int(resident ?? "") ?? .max < 100_000)
        #expect(try lazy.closeCode() == 1008)
    }

    @Test func whoAnswersNoPingIsToldSo() throws {
        try withGrowingLimit([1, 4, 16]) { limit in
            let served = try ServedHome(Home.served("idle_timeout = \(limit)s"))
            let (silent, present) = (try SocketClient(served), try SocketClient(served))
            func closing(_ socket: SocketClient, answering: Bool) throws -> WebSocketFrame? {
                let begin = MonotonicClock.now
                while MonotonicClock.now - begin < .seconds(3 * limit) {
                    let frame = try socket.frame()
                    if frame.kind == .close { return frame }
                    if frame.kind == .ping, answering { socket.send(.pong, frame.payload) }
                }
                return nil
            }
            guard try closing(present, answering: true) == nil else { return false }
            let last = try #require(try closing(silent, answering: false))
            #expect(last.payload.prefix(2) == [0x03, 0xf0])
            #expect(String(decoding: last.payload.dropFirst(2), as: UTF8.self) == "pings are not answered")
            return true
        }
    }

    @Test func itIsGuardedAsEverythingElse() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        func status(_ headers: String...) throws -> Int {
            let connection = try served.connect()
            connection.send(HTTPConnection.text("GET", "/ws", nil, SocketClient.headers + headers))
            return try connection.head().status
        }
        #expect(try status("Origin: http://evil.example") == 403)
        #expect(try status("Host: evil.example") == 403)
        #expect(try status("Host: localhost:\(served.port)", "Origin: http://localhost:\(served.port)") == 101)
        #expect(try status("X-Forwarded-For: 192.0.2.1") == 401)
        let token = try home.koubouctl("token", "--right", "read", "r").text
        #expect(try status("X-Forwarded-For: 192.0.2.1", "Authorization: Bearer \(token)") == 101)
        let plain = try served.get("/ws")
        #expect(plain.status == 426 && plain.header("upgrade") == "websocket")
        #expect(try served.post("/ws").status == 405)
    }

    @Test func aStopIsTold() throws {
        let served = try ServedHome(Home.served())
        let socket = try SocketClient(served)
        _ = try socket.next("initial_state")
        served.program.signal(SIGTERM)
        #expect(try socket.closeCode() == 1001)
        socket.send(.close, [0x03, 0xe9])
        #expect(try served.program.status() == 0)
    }
}
