import KoubouCore
import Testing

/// `policy = target-wait`: the pool is sized by how long tasks would have to wait.
struct TargetWaitTests {
    @Test func tasksOfUnknownLengthGetAWorkerEach() throws {
        let home = try Home()
        try home.configure("[pool]\npolicy = target-wait\ntarget_wait = 20s\nmax = 5\nidle_timeout = 300ms\n")
        let gate = try Gate(in: home)
        try home.koubouctl("submit", "-t", "shell", "--lines", stdin: manyLines(4, gate.command))
        _ = try home.startSupervisor()
        try eventually(4) { try home.count(.inProgress) }  // by ratio two would run
        try eventually(["4 pending, 4 workers needed for a wait of 20s: shell 4 pending, 0 running, 0.0 a second, none has ended yet"]) {
            try home.queue().decisions(limit: 9).filter { $0.action == .start }.map(\.reason)
        }
        gate.open()
        try eventually(1) { try home.workers().count }
        #expect(try home.queue().decisions(limit: 9).filter { $0.action == .drain }.allSatisfy { $0.reason == "0 pending, idle for 20ms" })
        let statistics = try home.koubouctl("stats", "--json").text
        #expect(try home.json(statistics, "$.pool.policy") == "target-wait")
        #expect(try home.json(statistics, "$.pool.target_wait") == "20")
    }

    @Test func manyShortTasksNeedOneWorker() throws {
        let home = try Home()
        _ = try home.startSupervisor("--policy", "target-wait", "--target-wait", "1h", "--max", "5")
        #expect(try home.end(of: home.handIn("true")) == 0)  // from now on it knows how long they run
        try home.awaitLook()
        try home.koubouctl("submit", "-t", "shell", "--lines", stdin: manyLines(50, "true"))
        try eventually(51) { try home.count(.completed) }
        #expect(home.logged("pool grows").count == 1)
    }

    @Test func aTypeAtItsLimitDoesNotMakeThePoolGrow() throws {
        let home = try Home()
        try home.configure("[type shell]\nconcurrency = 2\n")
        let gate = try Gate(in: home)
        _ = try home.startSupervisor("--policy", "target-wait", "--max", "5")
        try home.koubouctl("submit", "-t", "shell", "--lines", stdin: manyLines(9, gate.command))
        try eventually(2) { try home.count(.inProgress) }
        try home.awaitLook()
        #expect(try home.workers().count == 2)
        gate.open()
        try eventually(9) { try home.count(.completed) }
    }

    @Test func nobodyIsStartedSoonAfterAStop() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        _ = try home.startSupervisor("--policy", "target-wait", "--target-wait", "3s", "--idle-timeout", "3s", "--max", "5")
        let first = try Gate(in: home, named: "first")
        try home.koubouctl("submit", "-t", "shell", "--lines", stdin: manyLines(3, "\(first.command); sleep 1"))
        try eventually(3) { try home.count(.inProgress) }
        first.open()
        try eventually(3) { try home.count(.completed) }
        try eventually(1) { try home.workers().count }
        try home.koubouctl("submit", "-t", "shell", "--lines", stdin: manyLines(6, gate.command))
        try eventually(.start) { try home.queue().decisions(limit: 1).last?.action }
        let decisions = try home.queue().decisions(limit: 99)
        let stop = try #require(decisions.last { $0.action == .drain })
        let start = try #require(decisions.last { $0.action == .start })
        #expect(start.at > stop.at + .milliseconds(2900), "\(decisions)")
        gate.open()
        try eventually(9) { try home.count(.completed) }
    }

    @Test func thePolicyCanBeChangedWhileItRuns() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        _ = try home.startSupervisor("--max", "5")
        try home.koubouctl("submit", "-t", "shell", "--lines", stdin: manyLines(2, gate.command))
        try eventually(1) { try home.count(.inProgress) }
        try home.awaitLook()
        #expect(try home.workers().count == 1)
        #expect(try home.koubouctl("pool", "--policy", "target-wait", "--target-wait", "45s").status == 0)
        try eventually(2) { try home.count(.inProgress) }
        #expect(try home.koubouctl("pool").lines.contains("policy        target-wait"))
        #expect(try home.koubouctl("pool").lines.contains("target_wait   45s"))
        #expect(try home.koubouctl("pool", "--policy", "wait").status == 64)
        gate.open()
        try eventually(2) { try home.count(.completed) }
    }
}
