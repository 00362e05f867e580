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
}
