import Testing

@Suite struct OrderTests {
    @Test func oneWorkerRunsByPriorityThenByAge() throws {
        let home = try Home()
        for (priority, name) in [("1", "one"), ("10", "ten"), ("5", "five"), ("10", "ten-later")] {
            _ = try home.handIn("-p", priority, "echo \(name) >> order")
        }
        let supervisor = try home.startSupervisor("--max", "1")
        #expect(try home.end(of: "1", "2", "3", "4") == 0)
        #expect(try home.read("order") == "ten\nten-later\nfive\none\n")
        #expect(supervisor.isRunning)
    }

    @Test func ageCountsAcrossTypes() throws {
        let home = try Home()
        try home.configure("[type note]\ncommand = sh -c 'cat >> order'\n")
        _ = try home.handIn("-t", "note", "first\n")
        _ = try home.handIn("echo second >> order")
        _ = try home.handIn("--", "sh", "-c", "echo third >> order")
        _ = try home.handIn("-t", "note", "-p", "6", "ahead\n")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.read("order") == "ahead\nfirst\nsecond\nthird\n")
    }

    @Test func anUrgentTaskOvertakesThoseThatWait() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "1")
        let running = try home.handIn("\(gate.command); echo running >> order")
        try eventually(.inProgress) { try home.state(of: running) }
        let waiting = try home.handIn("echo waiting >> order")
        let urgent = try home.handIn("-p", "10", "echo urgent >> order")
        gate.open()
        #expect(try home.end(of: running, waiting, urgent) == 0)
        #expect(try home.read("order") == "running\nurgent\nwaiting\n")
        #expect(supervisor.isRunning)
    }
}
