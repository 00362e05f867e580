import Glibc
import KoubouCore
import Testing

@Suite struct PoolSizeTests {
    @Test func thePoolGrowsToItsMaximumAndShrinksToItsMinimum() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor(
            "--min", "1", "--max", "5", "--threshold", "2", "--idle-timeout", "300ms")
        try home.koubouctl("submit", "-t", "shell", "--lines", stdin: manyLines(15, gate.command))
        var most = 0
        func sample() -> Int {
            let workers = ProcessTable.all().count { $0.parent == supervisor.pid && !$0.isDead }
            most = max(most, workers)
            return workers
        }
        try eventually(5) {
            _ = sample()
            return try home.count(.inProgress)
        }
        try home.awaitLook()
        _ = sample()
        gate.open()
        try eventually(15) {
            _ = sample()
            return try home.count(.completed)
        }
        try eventually(1) { sample() }
        #expect(most == 5)
        try eventually(1) { try home.workers().count }
        try eventually(4) { home.logged("worker drains").count }
    }

    @Test func thePoolStaysWhileTheThresholdIsNotPassed() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "5", "--threshold", "2")
        let first = try home.handIn(gate.command)
        try eventually(.inProgress) { try home.state(of: first) }
        try home.koubouctl("submit", "-t", "shell", "--lines", stdin: "true\ntrue\n")  // two wait for one worker
        try home.awaitLook()
        #expect(try home.workers().count == 1)
        _ = try home.handIn("true")  // three do
        try eventually(2) { try home.workers().count }
        gate.open()
        #expect(try home.end(of: "1", "2", "3", "4") == 0)
        #expect(supervisor.isRunning)
    }

    @Test func theMinimumIsKept() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor(
            "--min", "2", "--max", "4", "--threshold", "0.1", "--idle-timeout", "100ms")
        try home.koubouctl("submit", "-t", "shell", "--lines", stdin: manyLines(6, gate.command))
        try eventually(4) { try home.count(.inProgress) }
        gate.open()
        try eventually(2) { try home.workers().count }
        try home.awaitLook()
        #expect(home.logged("worker drains").count == 2)
        #expect(try home.workers().count == 2)
        #expect(supervisor.isRunning)
    }

    @Test func anEmptyPoolStartsAWorkerForATask() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--min", "0", "--idle-timeout", "50ms")
        #expect(try home.end(of: home.handIn("true")) == 0)
        try eventually(0) { try home.workers().count }
        #expect(try home.end(of: home.handIn("true")) == 0)
        #expect(supervisor.isRunning)
    }

    @Test func aProfileSetsMinimumAndMaximum() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--profile", "heavy")
        try home.koubouctl("submit", "-t", "shell", "--lines", stdin: manyLines(15, gate.command))
        try eventually(3) { try home.count(.inProgress) }
        let stats = try home.koubouctl("stats", "--json").text
        #expect(try home.json(stats, "$.pool.min") == "1")
        #expect(try home.json(stats, "$.pool.max") == "3")
        try home.awaitLook()
        #expect(try home.workers().count == 3)
        #expect(supervisor.isRunning)
    }

    @Test func drainingOnesCountUpToTheMaximum() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--min", "2", "--max", "2")
        let running = try (1...2).map { _ in try home.handIn(gate.command) }
        try eventually(2) { try home.count(.inProgress) }
        let waiting = try (1...6).map { _ in try home.handIn(gate.command) }
        supervisor.signal(SIGHUP)
        try eventually([.draining, .draining]) { try home.workers().map(\.status) }
        try home.awaitLook()
        #expect(try home.workers().count == 2)
        #expect(try home.count(.inProgress) == 2)
        gate.open()
        for task in running + waiting { #expect(try home.end(of: task) == 0) }
        #expect(supervisor.isRunning)
    }

    @Test func aLowerMaximumHoldsWhileTheQueueIsFull() throws {
        let home = try Home()
        let (first, second) = (try Gate(in: home, named: "first"), try Gate(in: home, named: "second"))
        let supervisor = try home.startSupervisor("--max", "4", "--threshold", "0.5")
        try home.koubouctl("submit", "--lines", stdin: manyLines(4, first.command) + manyLines(8, second.command))
        try eventually(4) { try home.count(.inProgress) }
        #expect(try home.koubouctl("pool", "--max", "1").status == 0)
        try home.awaitLook()
        first.open()
        try eventually(1) { try home.workers().count }
        #expect(try home.count(.pending) > 0)
        #expect(try home.count(.failed) == 0)
        #expect(supervisor.isRunning)
    }
}
