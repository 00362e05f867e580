import Testing

/// `workers` and `status`, as one looks at them first.
struct WorkersTests {
    @Test func whatEachWorkerDoesAndForHowLong() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let id = try home.handIn("--title", "the title", gate.command)
        _ = try home.startSupervisor()
        try eventually(.inProgress) { try home.state(of: id) }
        let lines = try home.koubouctl("workers").lines
        #expect(lines[0].split(separator: " ") == ["WORKER", "PID", "STATUS", "TASK", "COMPLETED", "FAILED", "ELAPSED", "TITLE"])
        let cells = lines[1].split(separator: " ").map(String.init)
        #expect(cells[0] == "worker_001" && cells[2...5] == ["busy", id, "0", "0"])
        #expect(cells[6].hasSuffix("s") && lines[1].hasSuffix("  the title"))
        let json = try home.koubouctl("workers", "--json").text
        #expect(try home.json(json, "$.task_title") == "the title")
        #expect(try home.json(json, "$.task_started_at") == home.field("started_at", of: id))
        let status = try home.koubouctl("status").text
        #expect(status.hasSuffix("+00:00, 1 worker (1 busy), 0 tasks pending"), "\(status)")
        let terminal = try PseudoTerminal(home, "koubouctl", "workers", columns: 70)
        #expect(try terminal.status() == 0)
        #expect(terminal.screen.lines[1].hasSuffix("the…") || terminal.screen.lines[1].contains(" the"))
        #expect(terminal.screen.lines[2] == "")
        gate.open()
        #expect(try home.end(of: id) == 0)
        try eventually(true) { try home.koubouctl("workers").lines[1].hasSuffix("  idle       -          1       0        -") }
    }

    @Test func withoutASupervisorTheySayHowToStartOne() throws {
        let home = try Home()
        _ = try home.openStore()
        let workers = try home.koubouctl("workers")
        #expect(workers.status == 0 && workers.lines.count == 1)
        #expect(workers.errors == "koubouctl: no supervisor runs, so there are no workers: run koubouctl start")
        let status = try home.koubouctl("status")
        #expect(status.status == 3 && status.text == "no supervisor runs")
        #expect(status.errors == "koubouctl: to start one: koubouctl start")
    }
}
