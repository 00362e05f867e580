import Glibc
import KoubouCore
import Testing

@Suite struct WorkerCrashTests {
    @Test func theTaskOfAKilledWorkerRunsOnAnother() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "1")
        // The second attempt looks for a process of the first one that hid in a session of its own, without environment.
        let task = try home.handIn(
            """
            if [ $KOUBOU_ATTEMPT = 2 ]; then grep -s '^State:.[^Z]' /proc/$(cat hidden)/status; echo again; exit; fi
            env -i setsid sleep 1000 & echo $! > hidden.new; mv hidden.new hidden
            (trap '' TERM; sleep 1000; sleep 1000) &
            \(gate.command)
            """)
        try eventually(true) { home.exists("hidden") && home.processes(of: task).count >= 3 }
        let pid = try #require(pid_t(home.read("hidden").dropLast()))
        let hidden = try #require(ProcessIdentity(of: pid))
        let processes = home.processes(of: task).compactMap(ProcessIdentity.init(of:)) + [hidden]
        let worker = try home.worker().process
        worker.send(SIGKILL)
        #expect(try home.end(of: task) == 0)
        #expect(processes.filter(\.isAlive).isEmpty)
        #expect(try home.koubouctl("result", task).text == "again")
        #expect(try home.outcomes(of: task) == "lost completed")
        let lost = try home.json(home.koubouctl("show", "--json", task).text, "$.attempts[0].error")
        #expect(lost == "its worker worker_001 (pid \(worker.pid)) was killed by signal KILL")
        #expect(home.logged("worker died").count == 1)
        #expect(try home.worker().process != worker)
        #expect(supervisor.isRunning)
    }

    @Test func aTaskThatKillsItsWorkersFailsAndThePoolGoesOn() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--max", "1")
        let poison = try home.handIn("kill -9 $PPID; sleep 1000")
        let others = try (1...3).map { try home.handIn("echo \($0)") }
        #expect(try home.end(of: poison) != 0)
        #expect(try home.state(of: poison) == .failed)
        #expect(try home.outcomes(of: poison) == "lost lost lost")
        #expect(try home.field("error", of: poison).contains("was killed by signal KILL"))
        #expect(try home.end(of: others[0], others[1], others[2]) == 0)
        #expect(home.processes(of: poison).isEmpty)
        let row = try home.koubouctl("workers", "--json").text
        #expect(try home.json(row, "$.tasks_failed") == "1")
        #expect(supervisor.isRunning)
    }

    @Test func aTypeBoundsHowManyWorkersItMayLose() throws {
        let home = try Home()
        try home.configure("[type shell]\nmax_lost = 1\nmax_attempts = 5\n")
        let supervisor = try home.startSupervisor("--max", "1")
        let poison = try home.handIn("kill -9 $PPID; sleep 1000")
        #expect(try home.end(of: poison) != 0)
        #expect(try home.outcomes(of: poison) == "lost")
        #expect(supervisor.isRunning)
    }

    @Test func aLostWorkerIsNotTheTasksFailure() throws {
        let home = try Home()
        try home.configure("[type shell]\nmax_attempts = 2\nbackoff_min = 0\n")
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn("[ $KOUBOU_ATTEMPT != 1 ] || { kill -9 $PPID; sleep 1000; }; [ $KOUBOU_ATTEMPT = 3 ]")
        #expect(try home.end(of: task) == 0)
        #expect(try home.outcomes(of: task) == "lost failed completed")
        #expect(supervisor.isRunning)
    }

    @Test func aTypeMayFailWithItsWorker() throws {
        let home = try Home()
        try home.configure("[type shell]\non_lost = fail\n")
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn("kill -9 $PPID; sleep 1000")
        #expect(try home.end(of: task) == 1)
        #expect(try home.state(of: task) == .failed)
        #expect(try home.outcomes(of: task) == "lost")
        #expect(supervisor.isRunning)
    }

    @Test func aTypeMayBeHeldUntilSomebodyDecides() throws {
        let home = try Home()
        try home.configure("[type shell]\non_lost = hold\n")
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn("test -e mended || { kill -9 $PPID; sleep 1000; }")
        try eventually(.scheduled) { try home.state(of: task) }
        #expect(try home.field("run_at", of: task) == "")
        try home.awaitLook()
        #expect(try home.end(of: home.handIn("true")) == 0)
        #expect(try home.state(of: task) == .scheduled)
        try home.write("", to: "mended")
        #expect(try home.koubouctl("retry", task).status == 0)
        #expect(try home.end(of: task) == 0)
        #expect(try home.outcomes(of: task) == "lost completed")
        #expect(supervisor.isRunning)
    }

    @Test func aCancelledTaskWhoseWorkerDiesIsNotTriedAgain() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn("trap 'kill -9 $PPID' TERM; echo ready; sleep 1000 & wait; sleep 1000")
        try eventually("ready\n") { (try? home.read("home/results/\(task).out")) ?? "" }
        #expect(try home.koubouctl("cancel", task).status == 0)
        #expect(try home.state(of: task) == .cancelled)
        #expect(try home.outcomes(of: task) == "lost")
        #expect(supervisor.isRunning)
    }

    @Test func aStoppedWorkerIsKilledAndItsTaskRunsAgain() throws {
        let home = try Home()
        try home.configure("[pool]\nheartbeat_timeout = 1s\n")
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn("[ $KOUBOU_ATTEMPT != 1 ] || \(gate.command)")
        try eventually(false) { home.processes(of: task).isEmpty }
        let worker = try home.worker().process
        worker.send(SIGSTOP)
        #expect(try home.end(of: task) == 0)
        #expect(!worker.isAlive)
        // On a machine that is busy for seconds the next one may be taken for hung, too.
        let outcomes = try home.outcomes(of: task)
        #expect(outcomes.hasPrefix("lost ") && outcomes.hasSuffix(" completed"), "\(outcomes)")
        #expect(!home.logged("worker hangs").isEmpty)
        #expect(supervisor.isRunning)
    }

    /// Its task was given away while it was stopped, and has ended or not when it goes on.
    @Test(arguments: [true, false]) func aWorkerThatIsContinuedTooLateRecordsNothing(hasEnded: Bool) throws {
        let home = try Home()
        try home.configure("[pool]\nheartbeat_timeout = 1s\n")
        let gate = try Gate(in: home)
        let worker = try home.start("koubou-worker")
        let task = try home.handIn("\(gate.command); echo late")
        try eventually(false) { home.processes(of: task).isEmpty }
        let row = try home.worker()
        worker.signal(SIGSTOP)
        try eventually(true) { ProcessStatus(of: worker.pid)?.isStopped ?? false }
        _ = try home.queue().bury(
            row.id, row.process, AttemptEnd(.lost, error: "taken for dead"), policy: { _ in RetryPolicy(maxAttempts: 1) }, at: Clock.now)
        #expect(try home.state(of: task) == .pending)
        if hasEnded {
            gate.open()
            try eventually(true) { home.processes(of: task).isEmpty }
        }
        worker.signal(SIGCONT)
        #expect(try worker.status() == 0)
        #expect(home.processes(of: task).isEmpty)
        #expect(try home.state(of: task) == .pending)
        #expect(try home.outcomes(of: task) == "lost")
        #expect(try home.field("result", of: task) == "")
        gate.open()
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.koubouctl("result", task).text == "late")
        #expect(try home.outcomes(of: task) == "lost completed")
    }

    @Test func aTaskThatSendsItsWorkersAwayEndsFailed() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--max", "1")
        let poison = try home.handIn("kill -INT $PPID; exec sleep 1000")
        let other = try home.handIn("echo innocent")
        #expect(try home.end(of: other) == 0)
        #expect(try home.end(of: poison) != 0)
        let outcomes = try home.outcomes(of: poison).split(separator: " ")
        #expect(outcomes.count { $0 == "requeued" } == 10)
        #expect(outcomes.count { $0 == "lost" } == 3)
        #expect(try home.field("error", of: poison).contains("had to leave"))
        #expect(supervisor.isRunning)
    }
}
