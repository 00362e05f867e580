import Glibc
import KoubouCore
import Testing

/// A machine that has no more descriptors or processes to give.
@Suite struct ShortageTests {
    @Test func tasksWaitUntilTheyCanBeStarted() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--min", "1", "--max", "1")
        try eventually([.idle]) { try home.workers().map(\.status) }
        let worker = try home.worker().process.pid
        // More than it has open can't be opened.
        #expect(try home.shell("prlimit --pid \(worker) --nofile=4:").status == 0)
        let tasks = try (1...5).map { try home.handIn("--max-attempts", "1", "echo \($0)") }
        try eventually(true) { try home.read("home/logs/workers/worker_001.log").contains("cannot start tasks") }
        // It takes one again now and then, and gives it back.
        try eventually(5) { try home.count(.pending) }
        #expect(try home.count(.failed) == 0)

        #expect(try home.shell("prlimit --pid \(worker) --nofile=1024:").status == 0)
        for (index, task) in tasks.enumerated() {
            #expect(try home.end(of: task) == 0)
            #expect(try home.koubouctl("result", task).text == "\(index + 1)")
            #expect(try home.field("attempt", of: task) == "1")
        }
        #expect(Set(try home.outcomes(of: tasks[0]).split(separator: " ")) == ["deferred", "completed"])
        let log = try home.read("home/logs/workers/worker_001.log").split(separator: "\n")
        #expect(log.count { $0.contains("cannot start tasks") && $0.contains("Too many open files") } == 1)
        #expect(log.count { $0.contains("tasks can be started again") } == 1)
        #expect(supervisor.isRunning)
    }

    @Test func aWorkerThatDrainsTheQueueWaitsToo() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let first = try home.handIn(gate.command)
        let worker = try home.start("koubou-worker", "--drain")
        try eventually(false) { home.processes(of: first).isEmpty }
        let task = try home.handIn("echo done")
        #expect(try home.shell("prlimit --pid \(worker.pid) --nofile=4:").status == 0)
        gate.open()
        try eventually(true) {
            (try? home.read("home/logs/workers/worker_001.log").contains("cannot start tasks")) ?? false
        }
        #expect(try home.shell("prlimit --pid \(worker.pid) --nofile=1024:").status == 0)
        #expect(try worker.status() == 0)
        #expect(try home.koubouctl("result", task).text == "done")
    }
}
