import Glibc
import KoubouCore
import Testing

/// Whatever ends a task ends all of its processes.
@Suite struct ProcessTreeTests {
    enum Ending: String, CaseIterable { case timeout, cancel, stopNow }

    /// A task that ran until it was ended from outside.
    /// - Parameter isReady: asked again and again while it runs; it is ended when it says so.
    private func end(
        by ending: Ending, _ settings: String = "", script: String, isReady: (Home, String) throws -> Bool = { _, _ in true }
    ) throws -> (home: Home, task: String) {
        var ended: (Home, String)?
        try withGrowingLimit(ending == .timeout ? [2, 8, 32, 100] : [0]) { limit in
            let home = try Home()
            try home.configure("[task]\n\(settings)\n")
            let supervisor = try home.startSupervisor("--max", "1")
            let options = ending == .timeout ? ["--timeout", "\(limit)s"] : []
            let task = try home.run(["koubouctl", "submit"] + options + ["\(script)\necho ready\nexec sleep 1000"]).text
            var wasReady = false
            try eventually(true) {
                wasReady = try (try? home.read("home/results/\(task).out")) == "ready\n" && isReady(home, task)
                return try wasReady || home.state(of: task)?.isEnded == true
            }
            guard wasReady else { return false }
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
            ended = (home, task)
            return true
        }
        return try #require(ended)
    }

    @Test(arguments: Ending.allCases) func aGroupThatIgnoresTERMIsKilled(ending: Ending) throws {
        let script = "trap '' TERM; sleep 1000 & (sleep 1000; sleep 1000) &"
        let (home, task) = try end(by: ending, "kill_grace = 200ms", script: script) { home, task in
            home.processes(of: task).count >= 4
        }
        #expect(home.processes(of: task).isEmpty)
    }

    @Test(arguments: Ending.allCases) func aProcessInASessionOfItsOwnIsKilled(ending: Ending) throws {
        // One with setsid, one that forked twice and left its group, one that also hides its environment.
        let script = """
            setsid sleep 1000 & echo $! >> pids
            setsid sh -c '(sleep 1000 & echo $! >> pids) &'
            env -i setsid sleep 1000 & echo $! >> pids
            until [ "$(wc -l < pids)" = 3 ]; do sleep 0.01; done
            """
        var hidden: [ProcessIdentity] = []
        let (home, task) = try end(by: ending, script: script) { home, _ in
            hidden = try home.read("pids").split(separator: "\n").compactMap { line in
                try ProcessIdentity(of: #require(pid_t(line)))
            }
            return hidden.count == 3
        }
        #expect(hidden.filter(\.isAlive).isEmpty)
        #expect(home.processes(of: task).isEmpty)
    }

    @Test func whatAnEndedTaskLeavesBehindIsKilled() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--max", "1")
        // They hold its stdout open too, and nobody waits for them.
        let task = try home.handIn(
            "sleep 1000 & echo $!; setsid sleep 1000 & echo $!; env -i setsid sleep 1000 & echo $!; exit 0")
        #expect(try home.end(of: task) == 0)
        let pids = try home.koubouctl("result", task).lines.map { try #require(pid_t($0)) }
        #expect(pids.count == 3)
        #expect(pids.filter { ProcessIdentity(of: $0) != nil }.isEmpty)
        #expect(supervisor.isRunning)
    }

    @Test func aTaskMayTidyUpWithinTheGrace() throws {
        let home = try Home()
        try home.configure("[task]\nkill_grace = 10m\n")
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn("trap 'sleep 0.1; echo tidied > trace; exit 0' TERM; echo ready; sleep 1000 & wait")
        try eventually("ready\n") { (try? home.read("home/results/\(task).out")) ?? "" }
        #expect(try home.koubouctl("cancel", task).status == 0)
        #expect(try home.state(of: task) == .cancelled)
        #expect(try home.read("trace") == "tidied\n")
        #expect(supervisor.isRunning)
    }

    @Test(arguments: Ending.allCases) func aStoppedTaskEndsToo(ending: Ending) throws {
        let (home, task) = try end(by: ending, script: "echo $$ > pid") { home, _ in
            let leader = try #require(pid_t(home.read("pid").dropLast()))
            kill(leader, SIGSTOP)
            return ProcessStatus(of: leader)?.isStopped ?? false
        }
        #expect(home.processes(of: task).isEmpty)
    }

    /// Whoever becomes kouboud by exec may have had children before.
    @Test func whatIsNoneOfOursIsLeftAlone() throws {
        let home = try Home()
        let supervisor = try home.start(
            "/bin/sh", "-c", "sleep 1000 & echo $! > other; exec \(siblingProgram("kouboud")) --poll 100ms --max 1")
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
