import Glibc
import Testing

/// The statements that monitoring scripts use, word by word.
@Suite(.enabled(if: access("/usr/bin/sqlite3", X_OK) == 0, "sqlite3 is not installed"))
struct MonitoringTests {
    @Test func theStatementsOfScriptsAgreeWithStats() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "1")
        for script in ["sleep 0.3", "sleep 0.3", "exit 3"] { _ = try home.handIn(script) }
        _ = try home.end(of: "1", "2", "3")
        for _ in 0..<3 { _ = try home.handIn(gate.command) }
        try eventually(1) { try home.count(.inProgress) }
        let stats = try home.koubouctl("stats", "--json").text

        let workers = try sqlite(
            home,
            """
            SELECT worker_id, status, tasks_completed, tasks_failed FROM workers \
            WHERE last_heartbeat > datetime('now','-1 minute');
            """)
        #expect(workers == ["worker_001|busy|2|1"])
        #expect(try home.json(stats, "$.workers.busy") == "1")

        let counts = try sqlite(home, "SELECT status, COUNT(*) AS count FROM task_master GROUP BY status;")
        #expect(counts == ["completed|2", "failed|1", "in_progress|1", "pending|2"])
        for line in counts {
            let columns = line.split(separator: "|")
            #expect(try home.json(stats, "$.tasks.\(columns[0])") == String(columns[1]))
        }

        let average = try sqlite(
            home,
            """
            SELECT AVG(julianday(updated_at) - julianday(created_at)) * 24 * 60 AS avg_minutes \
            FROM task_master WHERE status = 'completed';
            """)
        let minutes = try #require(average.first.flatMap(Double.init))
        #expect(minutes >= 0.3 / 60 && minutes < 1)
        #expect(supervisor.isRunning)
    }

    @Test func aWorkerThatLeftIsNotShown() throws {
        let home = try Home()
        _ = try home.handIn("true")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try sqlite(home, "SELECT count(*) FROM workers;") == ["0"])
        #expect(try sqlite(home, "SELECT status FROM task_master;") == ["completed"])
    }

    private func sqlite(_ home: Home, _ statement: String) throws -> [String] {
        let output = try home.run(["/usr/bin/sqlite3", "-init", "/dev/null", home.path + "/db/koubou.db", statement])
        #expect(output.status == 0, "\(output.errors)")
        return output.lines
    }
}
