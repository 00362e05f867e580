import Glibc
import KoubouCore
import Testing

/// Answers that go on: outputs and events as they come.
@Suite struct StreamTests {
    /// The next event: its id and data.
    private func event(_ connection: HTTPConnection) throws -> (id: String, data: String) {
        var (id, data) = ("", "")
        while true {
            let line = try #require(chunkLine(connection))
            if line.hasPrefix("id: ") { id = String(line.dropFirst(4)) }
            if line.hasPrefix("data: ") { data = String(line.dropFirst(6)) }
            if line.isEmpty, !data.isEmpty { return (id, data) }
        }
    }

    /// The next line of a chunked body of lines; sizes of chunks are passed over.
    private func chunkLine(_ connection: HTTPConnection) -> String? {
        while let line = connection.line() {
            if !line.isEmpty, line.allSatisfy(\.isHexDigit) { continue }
            return line
        }
        return nil
    }

    private func listen(_ served: ServedHome, _ path: String, _ headers: String...) throws -> HTTPConnection {
        let connection = try served.connect()
        connection.send(HTTPConnection.text("GET", path, nil, headers))
        let (status, answer) = try connection.head()
        #expect(status == 200)
        #expect(answer.contains { $0 == ("content-type", "text/event-stream") })
        return connection
    }

    @Test func eventsComeInOrderAndWithoutAGapAcrossRestarts() throws {
        let home = try Home.served()
        let first = try ServedHome(home)
        let connection = try listen(first, "/events")
        for _ in 0..<3 { _ = try home.handIn("true") }
        var seen = try (0..<2).map { _ in try event(connection).id }
        first.program.signal(SIGTERM)
        #expect(try first.program.status() == 0)
        // Events that were on the way are not lost: they come again after the last one that was seen.
        _ = try home.handIn("true")
        let second = try ServedHome(home)
        let again = try listen(second, "/events", "Last-Event-ID: \(seen[1])")
        _ = try second.delegate(#"{"prompt":"x"}"#)
        for _ in 0..<3 { seen.append(try event(again).id) }
        #expect(seen == ["1", "2", "3", "4", "5"])
        let all = try listen(second, "/events?since=0")
        #expect(try (0..<5).map { _ in try event(all).id } == seen)
    }

    /// Nothing to say just now is not the end.
    @Test func aStreamOnAConnectionThatWillBeClosedGoesOn() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let connection = try listen(served, "/events", "Connection: close")
        for number in 1...3 {
            #expect(try served.get("/tasks").status == 200)
            _ = try home.handIn("true")
            #expect(try event(connection).id == "\(number)")
        }
    }

    @Test func eventsAreChosen() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let (first, second) = (try home.handIn("true"), try home.handIn("--tag", "t", "true"))
        try home.koubouctl("cancel", second)
        for (query, ids) in [
            ("status=cancelled", ["3"]), ("tag=t", ["2", "3"]), ("type=shell", ["1", "2", "3"]), ("task=\(first)", ["1"]),
        ] {
            let connection = try listen(served, "/events?since=0&\(query)")
            let events = try ids.map { _ in try event(connection) }
            #expect(events.map(\.id) == ids, "\(query)")
            #expect(try home.json(events[0].data, "$.seq") == ids[0])
        }
        #expect(try served.get("/events?since=x").status == 400)
        #expect(try served.get("/events?status=x").status == 400)
    }

    /// Every one of many hears everything, and asks nothing of the others.
    @Test func manyListen() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let connections = try (0..<200).map { _ in try listen(served, "/events") }
        for _ in 0..<20 { _ = try served.delegate(#"{"prompt":"x"}"#) }
        for connection in connections { #expect(try (1...20).map { _ in try event(connection).id } == (1...20).map(String.init)) }
    }

    /// One that reads nothing costs no memory, and holds up nobody.
    @Test func whoDoesNotReadIsNotWaitedFor() throws {
        let home = try Home.served("request_timeout = 1s")
        let served = try ServedHome(home)
        _ = try home.startSupervisor()
        let task = try home.handIn("head -c 40000000 /dev/zero")
        #expect(try home.end(of: task) == 0)
        let lazy = try served.connect()
        lazy.send(HTTPConnection.text("GET", "/task/\(task)/output", nil, []))
        try eventually(200) { try served.get("/tasks").status }
        let status = try String(decoding: readFile("/proc/\(served.program.pid)/status"), as: UTF8.self)
        let resident = status.split(separator: "\n").first { $0.hasPrefix("VmRSS") }?.split(separator: " ").dropLast().last
        #expect(Int(resident ?? "") ?? .max < 100_000)
        try eventually(true) { try home.read("home/logs/mcp_server.log").contains("dropped a client that reads too slowly") }
        withExtendedLifetime(lazy) {}
    }

    @Test func anOutputIsFollowedThroughItsAttempts() throws {
        let home = try Home.served("[type shell]\nbackoff_min = 0\n")
        let served = try ServedHome(home)
        let task = try home.handIn(
            "--max-attempts", "2",
            "echo attempt $KOUBOU_ATTEMPT; until [ -e go$KOUBOU_ATTEMPT ]; do sleep 0.01; done; echo end; [ $KOUBOU_ATTEMPT = 2 ]")
        let connection = try served.connect()
        connection.send(HTTPConnection.text("GET", "/task/\(task)/output?follow=1", nil, []))
        #expect(try connection.head().status == 200)
        _ = try home.startSupervisor()
        /// Chunks end with an empty line, wherever one ends.
        func nextLine() -> String? {
            while let line = chunkLine(connection) { if !line.isEmpty { return line } }
            return nil
        }
        for attempt in ["1", "2"] {
            #expect(nextLine() == "attempt \(attempt)")
            try home.write("", to: "go\(attempt)")
            #expect(nextLine() == "end")
        }
        _ = chunkLine(connection)
        // The connection goes on.
        #expect(try served.get("/task/\(task)/output?follow=1").text == "attempt 2\nend\n")
    }

    @Test func aClientThatHasGoneIsForgotten() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        do {
            let connections = try (0..<20).map { _ in try listen(served, "/events") }
            try eventually(1) { try home.listeners() }
            withExtendedLifetime(connections) {}
        }
        try eventually(0) { try home.listeners() }
        try eventually(true) { fileNames(in: "/proc/\(served.program.pid)/fd").count < 20 }
    }
}
