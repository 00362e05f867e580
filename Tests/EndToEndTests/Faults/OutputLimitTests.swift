import Glibc
import KoubouCore
import Testing

@Suite struct OutputLimitTests {
    @Test(arguments: [("stdout", ""), ("stderr", " >&2")])
    func aTaskThatWritesTooMuchFails(stream: String, redirection: String) throws {
        let home = try Home()
        try home.configure("[task]\nmax_output = 100K\n")
        let supervisor = try home.startSupervisor("--max", "1")
        try eventually(1) { try home.workers().count { $0.status == .idle } }
        let worker = try home.worker().process
        let task = try home.handIn("--max-attempts", "3", "exec yes\(redirection)")
        #expect(try home.end(of: task) != 0)
        #expect(try home.state(of: task) == .failed)
        let error = try home.field("error", of: task)
        #expect(error == "\(stream) grew over 100 KiB: write to a file, or raise max_output in [task]")
        #expect(try home.outcomes(of: task) == "failed")
        #expect(home.processes(of: task).isEmpty)
        #expect(try home.end(of: home.handIn("true")) == 0)
        #expect(try home.worker().process == worker)
        #expect(supervisor.isRunning)
    }

    @Test func aTaskMayWriteUpToTheLimit() throws {
        let home = try Home()
        try home.configure("[task]\nmax_output = 100K\n")
        let task = try home.handIn("head -c 102400 /dev/zero; head -c 102400 /dev/zero >&2")
        let over = try home.handIn("head -c 102401 /dev/zero")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.end(of: task) == 0)
        #expect(try home.koubouctl("result", task).stdout.count == 102_400)
        #expect(try home.koubouctl("result", "--stderr", task).stdout.count == 102_400)
        #expect(try home.state(of: over) == .failed)
    }

    @Test func aDeletedFolderOfResultsFailsThoseWhoNeedItAndNobodyElse() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--min", "2", "--max", "2")
        try eventually(2) { try home.workers().count { $0.status == .idle } }
        let workers = try home.workers().map(\.process)
        let small = try home.handIn("echo before; \(gate.command); echo after")
        let large = try home.handIn("echo before; \(gate.command); head -c 200000 /dev/zero")
        for task in [small, large] {
            try eventually("before\n") { (try? home.read("home/results/\(task).out")) ?? "" }
        }
        #expect(try home.run(["/bin/rm", "-r", home.path + "/results"]).status == 0)
        gate.open()
        try eventually([.completed, .failed]) { try [small, large].map(home.state) }
        #expect(try home.koubouctl("result", small).text == "before\nafter")
        #expect(try home.field("error", of: large).contains("results"))
        #expect(try home.end(of: home.handIn("head -c 200000 /dev/zero")) == 0)
        #expect(try home.workers().map(\.process) == workers)
        #expect(supervisor.isRunning)
    }

    /// A small output is kept in the database: that nobody can watch it meanwhile is no reason to lose the work.
    @Test func aSmallOutputNeedsNoFile() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--max", "1")
        let gates = try [Gate(in: home, named: "first"), Gate(in: home, named: "second")]
        let task = try home.handIn(
            "\(gates[0].command); echo early; touch said; \(gates[1].command); echo late; echo error >&2")
        try eventually(false) { home.processes(of: task).isEmpty }
        #expect(try home.shell("rm -r home/results && touch home/results").status == 0)
        gates[0].open()
        try eventually(true) { home.exists("said") }
        gates[1].open()
        try eventually(true) { home.processes(of: task).isEmpty }
        unlink(home.path + "/results")
        try eventually(.completed) { try home.state(of: task) }
        #expect(try home.koubouctl("result", task).lines == ["early", "late"])
        #expect(try home.koubouctl("result", "--stderr", task).text == "error")
        #expect(supervisor.isRunning)
    }
}
