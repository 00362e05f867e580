import Glibc
import KoubouCore
import Testing

/// What comes at once is stored at once.
@Suite struct GroupCommitTests {
    /// Transactions in the write-ahead log: frames that say how large the database is after them (sqlite.org/fileformat2.html).
    private func commits(_ home: Home) throws -> Int {
        let log = try readFile(home.path + "/db/koubou.db-wal")
        func number(_ place: Int) -> Int { log[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        let frame = 24 + number(8)
        return stride(from: 32, through: log.count - frame, by: frame).count { number($0 + 4) != 0 }
    }

    /// Sends one body on each of as many connections, all of them before the gateway sees any.
    private func together(_ served: ServedHome, _ bodies: [String]) throws -> [HTTPConnection.Answer] {
        let connections = try bodies.map { _ in try served.connect() }
        for connection in connections { #expect(try connection.ask("GET", "/tasks?limit=1").status == 200) }
        try served.home.stop(served.program.pid)
        defer { served.program.signal(SIGCONT) }
        for (connection, body) in zip(connections, bodies) {
            connection.send(HTTPConnection.text("POST", "/task/delegate", body, []))
        }
        served.program.signal(SIGCONT)
        return try connections.map { try $0.answer() }
    }

    @Test func manyAreOneTransaction() throws {
        let served = try ServedHome(Home.served())
        let before = try commits(served.home)
        let answers = try together(served, (1...50).map { "{\"prompt\":\"\($0)\"}" })
        let ids = try answers.map { try served.home.json($0.text, "$.task_id") }
        #expect(Set(ids) == Set((1...50).map(String.init)))
        for (number, id) in zip(1..., ids) { #expect(try served.home.field("prompt", of: id) == "\(number)") }
        #expect(try commits(served.home) - before <= 3, "fifty requests were readable in one turn")
    }

    @Test func whatIsWrongWithOneIsNoMatterOfTheOthers() throws {
        let served = try ServedHome(Home.served())
        let bodies = [#"{"prompt":"a"}"#, #"{"prompt":"b","after":[99]}"#, #"{"prompt":"c","key":"k"}"#, #"{"prompt":"d","key":"k"}"#]
        let answers = try together(served, bodies)
        #expect(answers.map(\.status) == [200, 422, 200, 200])
        #expect(try served.home.json(answers[1].text, "$.field") == "after")
        #expect(answers[2].text == answers[3].text, "one task for a key")
        #expect(try served.home.count(.pending) == 2)
        let log = try served.home.read("home/logs/mcp_server.log").split(separator: "\n")
        #expect(log.count { $0.hasSuffix("client=127.0.0.1 request=\"POST /task/delegate\"") } == 3, "what is stored, and no more")
    }

    /// Who was told an id has it, also when the gateway is killed the moment after.
    @Test func whatWasToldIsStored() throws {
        let served = try ServedHome(Home.served())
        let connections = try (0..<20).map { _ in try served.connect() }
        var told: [String] = []
        for connection in connections {
            connection.send(HTTPConnection.text("POST", "/task/delegate", #"{"prompt":"x"}"#, []))
        }
        for connection in connections.prefix(3) { told.append(try served.home.json(connection.answer().text, "$.task_id")) }
        served.program.signal(SIGKILL)
        _ = try served.program.status()
        for id in told { #expect(try served.home.field("prompt", of: id) == "x") }
    }
}
