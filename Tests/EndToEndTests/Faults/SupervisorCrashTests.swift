import Glibc
import KoubouCore
import Testing

@Suite struct SupervisorCrashTests {
    @Test func workersFinishWhatTheyRunAndTheNextSupervisorGoesOn() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let first = try home.startSupervisor("--min", "2", "--max", "2")
        try eventually(2) { try home.workers().count { $0.status == .idle } }
        let running = try home.handIn("\(gate.command); echo finished")
        try eventually(.inProgress) { try home.state(of: running) }
        first.signal(SIGKILL)
        #expect(try first.status() == 128 + SIGKILL)
        #expect(try home.koubouctl("status").status == 3)
        try eventually([.draining]) { try home.workers().map(\.status) }  // the idle one has left
        let waiting = try home.handIn("echo later")
        gate.open()
        #expect(try home.end(of: running) == 0)
        try eventually(0) { try home.workers().count }
        #expect(try home.koubouctl("result", running).text == "finished")
        #expect(try home.state(of: waiting) == .pending)

        let second = try home.startSupervisor()
        #expect(try home.end(of: waiting) == 0)
        #expect(try home.outcomes(of: running) == "completed")
        #expect(second.isRunning)
    }

    @Test func aNewSupervisorLeavesTheWorkersOfTheOldOneTheirTasks() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let first = try home.startSupervisor("--max", "1")
        let running = try home.handIn("\(gate.command); echo finished")
        try eventually(.inProgress) { try home.state(of: running) }
        first.signal(SIGKILL)
        #expect(try first.status() == 128 + SIGKILL)
        let second = try home.startSupervisor("--max", "1")
        #expect(try home.end(of: home.handIn("true")) == 0)
        #expect(try home.state(of: running) == .inProgress)
        gate.open()
        #expect(try home.end(of: running) == 0)
        #expect(try home.outcomes(of: running) == "completed")
        #expect(second.isRunning)
    }

    @Test func whatIsLeftOfATaskIsKilledBeforeItRunsAgain() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let first = try home.startSupervisor("--max", "1")
        let task = try home.handIn(
            """
            [ $KOUBOU_ATTEMPT = 1 ] || { grep -s '^State:.[^Z]' /proc/$(cat hidden)/status; echo again; exit; }
            trap '' TERM
            setsid sleep 1000 & echo $! > hidden.new; mv hidden.new hidden
            \(gate.command)
            """)
        try eventually(true) { home.exists("hidden") && home.processes(of: task).count >= 3 }
        let worker = try home.worker().process
        let processes = home.processes(of: task).compactMap(ProcessIdentity.init(of:))
        first.signal(SIGKILL)
        worker.send(SIGKILL)
        #expect(try first.status() == 128 + SIGKILL)
        try eventually(false) { worker.isAlive }
        #expect(processes.filter(\.isAlive) == processes)
        #expect(try home.state(of: task) == .inProgress)

        let second = try home.startSupervisor("--max", "1")
        #expect(try home.end(of: task) == 0)
        #expect(processes.filter(\.isAlive).isEmpty)
        #expect(try home.koubouctl("result", task).text == "again")
        #expect(try home.outcomes(of: task) == "lost completed")
        #expect(second.isRunning)
    }

    @Test func aTaskThatHidesItsEnvironmentIsKilledBeforeItRunsAgain() throws {
        let home = try Home()
        let first = try home.startSupervisor("--max", "1")
        let task = try home.handIn("--max-attempts", "1", "--", "/usr/bin/env", "-i", "/bin/sh", "-c", "sleep 1000 & wait")
        try eventually(true) { try home.field("pid", of: task) != "" }
        let pid = try #require(pid_t(home.field("pid", of: task)))
        let leader = try #require(ProcessIdentity(of: pid))
        try eventually(2) { ProcessTable.all().count { $0.group == leader.pid } }
        let processes = ProcessTable.all().filter { $0.group == leader.pid }.compactMap { ProcessIdentity(of: $0.pid) }
        let worker = try home.worker().process
        first.signal(SIGKILL)
        worker.send(SIGKILL)
        #expect(try first.status() == 128 + SIGKILL)
        #expect(processes.filter(\.isAlive) == processes)

        let second = try home.startSupervisor("--max", "1")
        try eventually("lost") { try home.outcomes(of: task) }
        #expect(processes.filter(\.isAlive).isEmpty)
        #expect(second.isRunning)
    }

    @Test func theHomeMayBeSpelledInAnotherWay() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let first = try home.startSupervisor("--max", "1")
        let task = try home.handIn("setsid sh -c \"\(gate.command)\"")
        try eventually(true) { home.processes(of: task).count >= 2 }
        let processes = home.processes(of: task).compactMap(ProcessIdentity.init(of:))
        let worker = try home.worker().process
        first.signal(SIGKILL)
        worker.send(SIGKILL)
        #expect(try first.status() == 128 + SIGKILL)
        #expect(symlink("home", home.folder + "/link") == 0)
        let second = try home.start("kouboud", "--poll", "100ms", "--max", "1", "--home", home.folder + "/link")
        try eventually(true) { try home.outcomes(of: task).hasPrefix("lost") }
        #expect(processes.filter(\.isAlive).isEmpty)
        #expect(second.isRunning)
    }

    /// The leader has ended, what it left is in its group and has cleared its environment: nobody but the number tells.
    @Test func whatATaskHasLeftInItsGroupIsKilledBeforeItRunsAgain() throws {
        let home = try Home()
        let first = try home.startSupervisor("--max", "1")
        let task = try home.handIn("env -i /bin/sleep 1000 & until [ -e go ]; do sleep 0.05; done")
        try eventually(true) { try home.field("pid", of: task) != "" }
        let leader = try #require(pid_t(home.field("pid", of: task)))
        func members() -> [pid_t] { ProcessTable.all().filter { $0.group == leader && !$0.isDead }.map(\.pid) }
        try eventually(true) { members().contains { $0 != leader } }
        let worker = try home.worker().process
        first.signal(SIGKILL)
        worker.send(SIGKILL)
        #expect(try first.status() == 128 + SIGKILL)
        try home.write("", to: "go")
        try eventually(false) { members().contains(leader) }
        #expect(!members().isEmpty)
        let second = try home.startSupervisor("--max", "1")
        try eventually("completed") { try home.field("status", of: task) }
        #expect(try home.outcomes(of: task) == "lost completed")
        #expect(members().isEmpty)
        #expect(second.isRunning)
    }

    @Test func workersOfAKilledSupervisorCountUpToTheMaximum() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let first = try home.startSupervisor("--min", "2", "--max", "2")
        for _ in 0..<6 { _ = try home.handIn(gate.command) }
        try eventually(2) { try home.count(.inProgress) }
        first.signal(SIGKILL)
        #expect(try first.status() == 128 + SIGKILL)
        try eventually([.draining, .draining]) { try home.workers().map(\.status) }
        let second = try home.startSupervisor("--min", "2", "--max", "2")
        try home.awaitLook()
        // One goes on with the queue.
        try eventually(3) { try home.workers().count }
        try home.awaitLook()
        #expect(try home.workers().count == 3)
        gate.open()
        try eventually(6) { try home.count(.completed) }
        #expect(second.isRunning)
    }
}
