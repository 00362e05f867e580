import Testing

/// `stats`, `workers` and `status`, as programs read them.
@Suite struct StatisticsTests {
    /// `null`, `integer`, `text`, … by the path of each value.
    private func kinds(_ json: String, in home: Home) throws -> [String: String] {
        let fields = try home.queue().json.elementFields(ofJSON: json)
        return Dictionary(uniqueKeysWithValues: fields.map { ($0.key, $0.kind.rawValue) })
    }

    @Test func statsHaveTasksWorkersAndThePool() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        try home.koubouctl("submit", "-t", "code", "why")
        try home.koubouctl("submit", "--", "true")
        try home.koubouctl("cancel", "3")
        let stats = try home.koubouctl("stats", "--json")
        #expect(stats.lines.count == 1)
        for (path, value) in [
            ("$.tasks.pending", "2"), ("$.tasks.cancelled", "1"), ("$.tasks.completed", "0"),
            ("$.tasks.by_type.shell.pending", "1"), ("$.tasks.by_type.code.pending", "1"),
            ("$.tasks.by_type.exec.cancelled", "1"), ("$.workers.idle", "0"), ("$.workers.busy", "0"),
            ("$.workers.starting", "0"), ("$.workers.draining", "0"), ("$.pool.min", "1"), ("$.pool.max", "5"),
            ("$.pool.threshold", "2"), ("$.pool.idle_timeout", "30"),
        ] { #expect(try home.json(stats.text, path) == value, "\(path)") }
        #expect(try Set(kinds(home.json(stats.text, "$.workers"), in: home).values) == ["integer"])
    }

    @Test func thePoolIsThatOfTheRunningSupervisor() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor(
            "--min", "2", "--max", "3", "--threshold", "0.5", "--idle-timeout", "7s")
        let stats = try home.koubouctl("stats", "--json").text
        for (key, value) in [("min", "2"), ("max", "3"), ("threshold", "0.5"), ("idle_timeout", "7")] {
            #expect(try home.json(stats, "$.pool.\(key)") == value, "\(key)")
        }
        supervisor.signal(15)
    }

    @Test func workersTellWhoTheyAreAndWhatTheyDo() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--min", "2", "--max", "2")
        try eventually("2") { try home.json(home.koubouctl("stats", "--json").text, "$.workers.idle") }
        let running = try home.handIn(gate.command)
        try eventually("1") { try home.json(home.koubouctl("stats", "--json").text, "$.workers.busy") }
        let lines = try home.koubouctl("workers", "--json").lines
        #expect(try lines.map { try home.json($0, "$.worker_id") } == ["worker_001", "worker_002"])
        let busy = try #require(lines.first { $0.contains("\"busy\"") })
        let idle = try #require(lines.first { $0.contains("\"idle\"") })
        let numbers = ["pid", "tasks_completed", "tasks_failed"]
        let texts = ["worker_id", "status", "started_at", "last_heartbeat"]
        let expected = Dictionary(uniqueKeysWithValues: numbers.map { ($0, "integer") } + texts.map { ($0, "text") })
        let ofATask = ["task_id": "integer", "task_title": "null", "task_started_at": "text"]
        #expect(try kinds(busy, in: home) == expected.merging(ofATask) { $1 })
        #expect(try kinds(idle, in: home) == expected.merging(ofATask.mapValues { _ in "null" }) { $1 })
        #expect(try home.json(busy, "$.task_id") == running)
        #expect(try home.field("worker_id", of: running) == home.json(busy, "$.worker_id"))
        #expect(try home.json(busy, "$.last_heartbeat").wholeMatch(of: Self.time) != nil)
        gate.open()
        supervisor.signal(15)
    }

    @Test func theTableOfWorkersIsForPeople() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        try home.koubouctl("submit", "--wait", "true")
        try eventually("worker_001 idle - 1 0 -") {
            let words = try home.koubouctl("workers").lines.dropFirst().first?.split(separator: " ").map(String.init)
            return (words ?? []).enumerated().filter { $0.offset != 1 }.map(\.element).joined(separator: " ")
        }
        supervisor.signal(15)
    }

    @Test func idsAndCountsAreNumbersAndTimesAreUTC() throws {
        let home = try Home()
        try home.koubouctl("submit", "-t", "shell", "kill $$")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        let json = try home.koubouctl("show", "--json", "1").text
        let kinds = try kinds(json, in: home)
        for number in ["task_id", "priority", "attempt", "max_attempts", "signal"] {
            #expect(kinds[number] == "integer", "\(number)")
        }
        for absent in ["title", "argv", "timeout", "run_at", "pid", "exit_status", "result"] {
            #expect(kinds[absent] == "null", "\(absent)")
        }
        for time in ["created_at", "updated_at", "started_at", "ended_at"] {
            #expect(try home.json(json, "$.\(time)").wholeMatch(of: Self.time) != nil, "\(time)")
        }
    }

    private static var time: Regex<Substring> { /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/ }
}
