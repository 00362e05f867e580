import Glibc
import Testing

/// `stats`: below the block of old, how fast the queue is and what the pool decided.
struct StatsTests {
    @Test func timesAndThroughput() throws {
        let home = try Home()
        _ = try home.startSupervisor()
        try home.koubouctl("submit", "--wait", "--lines", stdin: String(repeating: "sleep 0.05\n", count: 10))
        // However long they took, all of them have ended within the last minute.
        let endNow = "sqlite3 -cmd '.timeout 100000' home/db/koubou.db \"UPDATE task_master SET ended_at = strftime('%Y-%m-%d %H:%M:%f', 'now')\""
        #expect(try home.shell(endNow).status == 0)
        let output = try home.koubouctl("stats")
        #expect(output.text.hasPrefix("""
            ====================================================
            Worker Pool Statistics
            ====================================================

            Active Workers:

            """))
        let lines = output.lines
        let throughput = try #require(lines.firstIndex(of: "Throughput (last 1, 5, 15 minutes):"))
        #expect(lines[throughput + 1] == "  • 10/min (10 tasks), 2/min (10 tasks), 40/h (10 tasks)")
        let times = try #require(lines.firstIndex(of: "Times (tasks of the last hour):"))
        #expect(lines[times + 1].split(separator: " ") == ["TYPE", "TASKS", "P50", "P90", "P99", "MAX"])
        #expect(lines[times + 2].hasPrefix("  shell     10  waiting  "))
        #expect(lines[times + 3].hasPrefix("                running  "))
        #expect(try home.shell(endNow).status == 0)
        let json = try home.koubouctl("stats", "--json").text
        #expect(try home.keys(json) == ["tasks", "workers", "pool", "throughput", "latency", "decisions"])
        #expect(try home.json(json, "$.throughput.last_1m") == "0.167")
        #expect(try home.json(json, "$.latency[0].tasks") == "10")
        let running = try #require(Double(home.json(json, "$.latency[0].running.p50")))
        #expect(running >= 0.05)
    }

    @Test func decisionsOfThePool() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        try home.koubouctl("submit", "--lines", stdin: String(repeating: gate.command + "\n", count: 8))
        _ = try home.startSupervisor("--max", "3", "--idle-timeout", "100ms")
        func decisions() throws -> [String] {
            try home.queue().decisions(limit: 99).map { "\($0.action) \($0.before) \($0.after): \($0.reason)" }
        }
        try eventually(["start 0 3: 8 pending > 0 active × 2"]) { try decisions() }
        #expect(try home.koubouctl("stats").lines.last?.hasSuffix(" ago: start, workers 0 → 3: 8 pending > 0 active × 2") == true)
        try home.koubouctl("pool", "--max", "2", "--threshold", "0.5")
        try eventually(true) {
            try decisions().contains("configure 3 3: min 1, max 2, threshold 0.5, idle_timeout 100ms")
        }
        gate.open()
        try eventually(true) { try decisions().contains { $0.hasPrefix("drain 3 ") } }
        try eventually("1") { try decisions().last.map { String($0.split(separator: " ")[2].dropLast()) } }
        let reasons = try decisions().filter { $0.hasPrefix("drain") }
        #expect(reasons.allSatisfy { $0.hasSuffix("idle for 100ms") || $0.hasSuffix("3 active > max 2") }, "\(reasons)")
    }

    @Test func whatKeepsThePoolFromGrowing() throws {
        let home = try Home()
        try home.configure("[pool]\nmemory_min = 1000000G\n")
        let gate = try Gate(in: home)
        try home.koubouctl("submit", "--lines", stdin: String(repeating: gate.command + "\n", count: 8))
        _ = try home.startSupervisor()
        try eventually(true) {
            try home.queue().decisions(limit: 99).contains {
                $0.action == .hold && $0.before == $0.after && $0.reason.contains("memory_min")
            }
        }
    }

    /// A pool at rest is looked at again and again, and decides nothing.
    @Test func anIdlePoolDecidesNothing() throws {
        let home = try Home()
        _ = try home.startSupervisor()
        for _ in 0..<3 { try home.awaitLook() }
        let actions = try home.queue().decisions(limit: 99).map(\.action)
        #expect(actions == [.start] + Array(repeating: .configure, count: 6), "awaitLook changes the pool twice")
    }
}
