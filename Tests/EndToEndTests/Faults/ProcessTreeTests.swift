import Glibc
import KoubouCore
import Testing

/// Whatever ends a task ends all of its processes.
@Suite struct ProcessTreeTests {
    enum Ending: String, CaseIterable { case timeout, cancel, stopNow }

    /// A task that runs until it is ended from outside, and is ended.
    /// - Parameter prepare: called when the task runs.
    private func end(
        _ home: Home, by ending: Ending, script: String, prepare: (String) throws -> Void = { _ in }
    ) throws -> String {
        let supervisor = try home.startSupervisor("--max", "1")
        let options = ending == .timeout ? ["--timeout", "2s"] : []
        let task = try home.run(["koubouctl", "submit"] + options + ["\(script)\necho ready\nexec sleep 60"]).text
        try eventually("ready\n") { (try? home.read("home/results/\(task).out")) ?? "" }
        try prepare(task)
        switch ending {
        case .timeout:
            #expect(try home.end(of: task) == 124)
            #expect(try home.outcomes(of: task) == "timed_out")
        case .cancel:
            #expect(try home.koubouctl("cancel", task).status == 0)
            #expect(try home.end(of: task) == 130)
            #expect(try home.outcomes(of: task) == "cancelled")
        case .stopNow:
            #expect(try home.koubouctl("stop", "--now").status == 0)
            #expect(try home.outcomes(of: task) == "requeued")
            #expect(try supervisor.status() == 0)
        }
        return task
    }

    @Test(arguments: Ending.allCases) func aGroupThatIgnoresTERMIsKilled(ending: Ending) throws {
        let home = try Home()
        try home.configure("[task]\nkill_grace = 200ms\n")
        let task = try end(home, by: ending, script: "trap '' TERM; sleep 60 & (sleep 60; sleep 60) &") { task in
            try eventually(true) { home.processes(of: task).count >= 4 }
        }
        #expect(home.processes(of: task).isEmpty)
    }

    @Test(arguments: Ending.allCases) func aProcessInASessionOfItsOwnIsKilled(ending: Ending) throws {
        let home = try Home()
        // One with setsid, one that forked twice and left its group, one that also hides its environment.
        let script = """
            setsid sleep 60 & echo $! >> pids
            setsid sh -c '(sleep 60 & echo $! >> pids) &'
            env -i setsid sleep 60 & echo $! >> pids
            until [ "$(wc -l < pids)" = 3 ]; do sleep 0.01; done
            """
        var hidden: [ProcessIdentity] = []
        let task = try end(home, by: ending, script: script) { _ in
            hidden = try home.read("pids").split(separator: "\n").compactMap { line in
                try ProcessIdentity(of: #require(pid_t(line)))
            }
            #expect(hidden.count == 3)
        }
        #expect(hidden.filter(\.isAlive).isEmpty)
        #expect(home.processes(of: task).isEmpty)
    }

    @Test func whatAnEndedTaskLeavesBehindIsKilled() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--max", "1")
        // They hold its stdout open too, and nobody waits for them.
        let task = try home.handIn(
            "sleep 60 & echo $!; setsid sleep 60 & echo $!; env -i setsid sleep 60 & echo $!; exit 0")
        #expect(try home.end(of: task) == 0)
        let pids = try home.koubouctl("result", task).lines.map { try #require(pid_t($0)) }
        #expect(pids.count == 3)
        #expect(pids.filter { ProcessIdentity(of: $0) != nil }.isEmpty)
        #expect(supervisor.isRunning)
    }

    @Test func aTaskMayTidyUpWithinTheGrace() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn("trap 'sleep 0.1; echo tidied > trace; exit 0' TERM; echo ready; sleep 60 & wait")
        try eventually("ready\n") { (try? home.read("home/results/\(task).out")) ?? "" }
        #expect(try home.koubouctl("cancel", task).status == 0)
        #expect(try home.state(of: task) == .cancelled)
        #expect(try home.read("trace") == "tidied\n")
        #expect(supervisor.isRunning)
    }

    @Test(arguments: Ending.allCases) func aStoppedTaskEndsToo(ending: Ending) throws {
        let home = try Home()
        let task = try end(home, by: ending, script: "echo $$ > pid") { task in
            let leader = try #require(pid_t(home.read("pid").dropLast()))
            kill(leader, SIGSTOP)
            try eventually(true) { ProcessStatus(of: leader)?.isStopped ?? true }
        }
        #expect(home.processes(of: task).isEmpty)
    }

    /// Whoever becomes kouboud by exec may have had children before.
    @Test func whatIsNoneOfOursIsLeftAlone() throws {
        let home = try Home()
        let supervisor = try home.start(
            "/bin/sh", "-c", "sleep 61 & echo $! > other; exec \(siblingProgram("kouboud")) --poll 100ms --max 1")
        try eventually([.idle]) { try home.workers().map(\.status) }
        let other = try #require(pid_t(home.read("other").split(separator: "\n").first ?? ""))
        try home.worker().process.send(SIGKILL)
        try eventually(1) { home.logged("worker died").count }
        try eventually([.idle]) { try home.workers().map(\.status) }
        #expect(ProcessIdentity(of: other) != nil)
        #expect(supervisor.isRunning)
        kill(other, SIGKILL)
    }
}
