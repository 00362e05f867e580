import Testing

@Suite struct CancelRetryTests {
    @Test func cancelWorksInEveryState() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--max", "1")
        let running = try home.koubouctl("submit", "sleep 1000").text
        let waiting = try home.koubouctl("submit", "true").text
        try eventually("in_progress") { try home.field("status", of: running) }
        #expect(try home.koubouctl("cancel", waiting, running).status == 0)
        #expect(try home.field("status", of: running) == "cancelled")
        #expect(try home.field("status", of: waiting) == "cancelled")
        let again = try home.koubouctl("cancel", running)
        #expect(again.status == 0)
        #expect(again.errors.contains("had ended before: cancelled"))
        supervisor.signal(15)
    }

    @Test func cancelReturnsWhenTheTaskHasEnded() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--max", "1")
        let script = "trap 'sleep 0.3; exit' TERM; echo ready; until test -e never; do sleep 0.02; done"
        let running = try home.koubouctl("submit", script).text
        try eventually("ready") { try home.koubouctl("logs", running).text }
        let waiting = try home.koubouctl("submit", "true").text
        #expect(try home.koubouctl("cancel", "--status", "pending").status == 0)
        #expect(try home.field("status", of: waiting) == "cancelled")
        #expect(try home.field("status", of: running) == "in_progress", "it is not pending")
        #expect(try home.koubouctl("cancel", "-", stdin: running + "\n").status == 0)
        #expect(try home.field("status", of: running) == "cancelled")
        supervisor.signal(15)
    }

    @Test func cancelByTagTypeStateOrAll() throws {
        let home = try Home()
        for tag in ["a", "a", "b"] { try home.koubouctl("submit", "--tag", tag, "true") }
        try home.koubouctl("submit", "-t", "code", "why")
        func pending() throws -> [String] {
            try home.koubouctl("list", "--json", "--status", "pending").lines.map { try home.json($0, "$.task_id") }
        }
        try home.koubouctl("cancel", "--tag", "a")
        #expect(try pending() == ["3", "4"])
        try home.koubouctl("cancel", "-t", "code", "--status", "pending")
        #expect(try pending() == ["3"])
        #expect(try home.koubouctl("cancel", "--all", "3").status == 64)
        try home.koubouctl("cancel", "--all")
        #expect(try pending() == [])
    }

    @Test func retryKeepsTheHistory() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        #expect(try home.koubouctl("submit", "--wait", "test -e \(home.folder)/mended").status == 1)
        try home.write("", to: "mended")
        #expect(try home.koubouctl("retry", "1").status == 0)
        #expect(try home.koubouctl("wait", "1").status == 0)
        let json = try home.koubouctl("show", "--json", "1").text
        #expect(try home.json(json, "$.attempts[0].outcome") == "failed")
        #expect(try home.json(json, "$.attempts[1].outcome") == "completed")
        #expect(try home.koubouctl("retry", "1").status == 65, "it has completed")
        supervisor.signal(15)
    }

    @Test func oneThatCannotBeDoneUndoesTheRest() throws {
        let home = try Home()
        for _ in 1...2 { try home.koubouctl("submit", "true") }
        try home.koubouctl("cancel", "1")
        #expect(try home.koubouctl("retry", "1", "2").status == 65)
        #expect(try home.field("status", of: "1") == "cancelled")
        #expect(try home.koubouctl("cancel", "2", "99").status == 66)
        #expect(try home.field("status", of: "2") == "pending")
    }
}
