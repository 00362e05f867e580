import Glibc
import KoubouCore
import Testing

@Suite struct DatabaseGoneTests {
    @Test(arguments: ["rm -r home/db", "rm home/db/koubou.db", "mv home/db home/moved"])
    func theSupervisorEndsWithAClearError(command: String) throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn(gate.command)
        try eventually(false) { home.processes(of: task).isEmpty }
        let worker = try home.worker().process
        #expect(try home.shell(command).status == 0)
        #expect(try supervisor.status() == 74)
        #expect(
            supervisor.stderr.contains(
                "kouboud: the database was deleted or replaced while it was in use (\(home.path)/db/koubou.db): "
                    + "put it back, and start the supervisor again\n"))
        #expect(!worker.isAlive)
        #expect(home.processes(of: task).isEmpty)
    }

    @Test func aMovedDatabaseThatIsPutBackGoesOn() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let first = try home.startSupervisor("--max", "1")
        let task = try home.handIn("\(gate.command); echo done")
        try eventually(false) { home.processes(of: task).isEmpty }
        #expect(try home.shell("mv home/db home/moved").status == 0)
        #expect(try first.status() == 74)
        #expect(try home.shell("rm -rf home/db; mv home/moved home/db").status == 0)
        gate.open()
        let second = try home.startSupervisor("--max", "1")
        #expect(try home.end(of: task) == 0)
        #expect(try home.koubouctl("result", task).text == "done")
        #expect(second.isRunning)
    }

    @Test func whoWaitsIsTold() throws {
        let home = try Home()
        let task = try home.handIn("true")
        let programs = try [["wait", task], ["logs", "-f", task], ["submit", "--wait", "true"]].map {
            try home.start("/bin/sh", "-c", "exec \(siblingProgram("koubouctl")) \($0.joined(separator: " "))")
        }
        try eventually(3) { try home.listeners() }
        #expect(try home.shell("rm -r home/db").status == 0)
        for program in programs {
            #expect(try program.status() == 74)
            #expect(program.stderr.contains("the database was deleted or replaced while it was in use"))
        }
    }

    @Test func aWorkerWithoutASupervisorEndsItsTaskAndLeaves() throws {
        let home = try Home()
        try home.configure("[pool]\nheartbeat_timeout = 1s\n")
        let gate = try Gate(in: home)
        let task = try home.handIn(gate.command)
        let worker = try home.start("koubou-worker")
        try eventually(false) { home.processes(of: task).isEmpty }
        #expect(try home.shell("rm -r home/db").status == 0)
        #expect(try worker.status() == 74)
        #expect(home.processes(of: task).isEmpty)
    }

    @Test func aDeletedLogOfTheDatabaseEndsTheSupervisor() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--max", "1")
        #expect(try home.end(of: home.handIn("true")) == 0)
        unlink(home.path + "/db/koubou.db-wal")
        #expect(try supervisor.status() == 74)
        #expect(supervisor.stderr.contains("was deleted or replaced while it was in use"))
    }
}
