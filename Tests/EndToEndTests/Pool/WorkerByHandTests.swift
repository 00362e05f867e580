import Glibc
import KoubouCore
import Testing

@Suite struct WorkerByHandTests {
    @Test func onceRunsOneTask() throws {
        let home = try Home()
        let tasks = [try home.handIn("true"), try home.handIn("true")]
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try tasks.map(home.state) == [.completed, .pending])
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try tasks.map(home.state) == [.completed, .completed])
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)  // nothing is left
        #expect(try home.workers().isEmpty)
    }

    @Test func drainRunsAllThatMayRunNow() throws {
        let home = try Home()
        try home.configure("[type shell]\nbackoff_min = 1h\nbackoff_max = 1h\n")
        for _ in 0..<5 { _ = try home.handIn("true") }
        let failing = try home.handIn("--max-attempts", "2", "exit 1")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.count(.completed) == 5)
        #expect(try home.state(of: failing) == .scheduled)  // it is due later, and is not waited for
        #expect(try home.workers().isEmpty)
    }

    @Test func theEnvironmentNamesTheSlot() throws {
        let home = try Home()
        let task = try home.handIn("echo $WORKER_ID")
        #expect(try home.shell("WORKER_ID=worker_007 koubou-worker --drain").status == 0)
        #expect(try home.koubouctl("result", task).text == "worker_007")
        #expect(try home.field("worker_id", of: task) == "worker_007")
        #expect(home.exists("home/logs/workers/worker_007.log"))
    }

    @Test func theTotalsOfASlotAreKept() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        for script in ["true", "exit 1", "true"] { _ = try home.handIn(script) }
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        let worker = try home.start("koubou-worker")
        _ = try home.handIn(gate.command)
        try eventually(1) { try home.count(.inProgress) }
        let row = try home.koubouctl("workers", "--json").text
        #expect(try home.json(row, "$.tasks_completed") == "2")
        #expect(try home.json(row, "$.tasks_failed") == "1")
        #expect(worker.isRunning)
    }

    @Test func theDefaultIsTheLowestFreeSlot() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "1")
        let first = try home.handIn(gate.command)
        try eventually(.inProgress) { try home.state(of: first) }
        let second = try home.handIn("true")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.field("worker_id", of: first) == "worker_001")
        #expect(try home.field("worker_id", of: second) == "worker_002")
        #expect(supervisor.isRunning)
    }

    @Test func aSlotBelongsToOneWorker() throws {
        let home = try Home()
        let worker = try home.start("koubou-worker")
        try eventually([.idle]) { try home.workers().map(\.status) }
        let other = try home.shell("WORKER_ID=worker_001 koubou-worker --once")
        #expect(other.status == 75)
        #expect(other.errors.contains("the slot worker_001 belongs to a worker that runs"))
        #expect(try home.end(of: home.handIn("true")) == 0)
        #expect(worker.isRunning)
    }

    @Test(arguments: ["worker_0", "7", "../worker_001", "worker_001 "])
    func aSlotThatIsNoneIsRefused(name: String) throws {
        let home = try Home()
        let worker = try home.shell("WORKER_ID='\(name)' koubou-worker --once")
        #expect(worker.status == 64)
        #expect(worker.errors.contains("WORKER_ID is '\(name)'"))
    }

    @Test func aWorkerWithoutASupervisorIsWokenBySubmits() throws {
        let home = try Home()
        let worker = try home.start("koubou-worker")
        try eventually([.idle]) { try home.workers().map(\.status) }
        #expect(try home.koubouctl("submit", "--wait", "echo hello").text == "hello")
        worker.signal(SIGTERM)
        #expect(try worker.status() == 0)
        #expect(try home.workers().isEmpty)
    }

    /// Another supervisor of the same home leaves it alone, and takes leave of it when it is killed.
    @Test func aSupervisorRecoversTheTaskOfAWorkerByHand() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let worker = try home.start("koubou-worker")
        let task = try home.handIn(gate.command)
        try eventually(false) { home.processes(of: task).isEmpty }
        let supervisor = try home.startSupervisor("--max", "1")
        try eventually(2) { try home.workers().count }
        try home.awaitLook()
        #expect(worker.isRunning)
        worker.signal(SIGKILL)
        try eventually("worker_002") { try home.field("worker_id", of: task) }
        gate.open()
        #expect(try home.end(of: task) == 0)
        #expect(try home.outcomes(of: task) == "lost completed")
        #expect(supervisor.isRunning)
    }

    @Test func theSlotOfADeadWorkerIsFree() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let task = try home.handIn("\(gate.command); echo done")
        home.environment.append("WORKER_ID=worker_007")
        let first = try home.start("koubou-worker")
        try eventually(false) { home.processes(of: task).isEmpty }
        first.signal(SIGKILL)
        #expect(try first.status() == 128 + SIGKILL)
        gate.open()
        let second = try home.run(["koubou-worker", "--drain"])
        #expect(second.status == 0, "\(second.errors)")
        #expect(try home.outcomes(of: task) == "lost completed")
    }

    @Test func anIdleWorkerSeesToWhatAnotherHasLeft() throws {
        let home = try Home()
        try home.configure("[pool]\nheartbeat_timeout = 1s\n")
        let gate = try Gate(in: home)
        let task = try home.handIn(gate.command)
        let first = try home.start("koubou-worker")
        try eventually(false) { home.processes(of: task).isEmpty }
        let second = try home.start("koubou-worker")
        try eventually(2) { try home.workers().count }
        first.signal(SIGKILL)
        gate.open()
        #expect(try home.end(of: task) == 0)
        #expect(try home.outcomes(of: task) == "lost completed")
        #expect(second.isRunning)
    }
}
