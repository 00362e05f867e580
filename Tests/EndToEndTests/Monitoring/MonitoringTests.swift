import Glibc
import Testing

/// The statements that monitoring scripts use, in the sqlite3 shell and unchanged.
@Suite(.enabled(if: access("/usr/bin/sqlite3", X_OK) == 0, "the sqlite3 shell is not installed"))
struct MonitoringTests {
    private func sqlite(_ home: Home, _ statement: String) throws -> [String] {
        let output = try home.run(["/usr/bin/sqlite3", home.path + "/db/koubou.db", statement])
        #expect(output.status == 0)
        #expect(output.errors == "")
        return output.lines
    }

    @Test func workersThatLiveAreFoundByTheirHeartbeat() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "1")
        for script in ["true", "true", "exit 1"] { try home.koubouctl("submit", "--wait", script) }
        let running = try home.handIn(gate.command)
        try eventually("in_progress") { try home.field("status", of: running) }
        let rows = ["worker_001|busy|2|1"]
        try eventually(rows) {
            try sqlite(
                home,
                """
                SELECT worker_id, status, tasks_completed, tasks_failed FROM workers WHERE last_heartbeat > datetime('now','-1 minute');
                """)
        }
        #expect(try home.koubouctl("workers", "--json").lines.map { try row(of: $0, in: home) } == rows)
        gate.open()
        supervisor.signal(15)
        #expect(try supervisor.status() == 0)
        #expect(try sqlite(home, "SELECT worker_id FROM workers") == [], "a row lives while its process does")
    }

    private func row(of worker: String, in home: Home) throws -> String {
        try ["worker_id", "status", "tasks_completed", "tasks_failed"].map { try home.json(worker, "$.\($0)") }
            .joined(separator: "|")
    }

    @Test func tasksAreCountedByStatus() throws {
        let home = try Home()
        for script in ["true", "true", "exit 1"] { try home.koubouctl("submit", script) }
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        for _ in 1...4 { try home.koubouctl("submit", "-p", "1", "true") }
        try home.koubouctl("cancel", "7")
        let rows = try sqlite(home, "SELECT status, COUNT(*) AS count FROM task_master GROUP BY status;")
        #expect(rows == ["cancelled|1", "completed|2", "failed|1", "pending|3"])
        let stats = try home.koubouctl("stats", "--json").text
        for state in ["blocked", "scheduled", "pending", "in_progress", "completed", "failed", "cancelled"] {
            let counted = rows.first { $0.hasPrefix(state + "|") }?.dropFirst(state.count + 1) ?? "0"
            #expect(try home.json(stats, "$.tasks.\(state)") == counted, "\(state)")
        }
    }

    @Test func theAverageTimeIsFromSubmitToEnd() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        try home.koubouctl("submit", "exit 1")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        let average = try sqlite(
            home,
            """
            SELECT AVG(julianday(updated_at) - julianday(created_at)) * 24 * 60 AS avg_minutes FROM task_master WHERE status = 'completed';
            """)
        let own = try sqlite(
            home,
            """
            SELECT (julianday('\(home.field("ended_at", of: "1"))') - julianday('\(home.field("created_at", of: "1"))')) * 1440
            """)
        let minutes = try #require(average.first.flatMap(Double.init))
        #expect(try abs(minutes - #require(own.first.flatMap(Double.init))) < 1e-6)
        #expect(minutes > 0)
    }
}
