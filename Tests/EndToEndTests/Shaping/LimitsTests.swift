import Glibc
import KoubouCore
import Testing

/// concurrency, --slots and rate.
@Suite struct LimitsTests {
    @Test func noMoreThanTheConcurrencyRunAndThePoolDoesNotGrow() throws {
        let home = try Home()
        try home.configure("[pool]\nmin = 3\nmax = 5\nthreshold = 1\n[type shell]\nconcurrency = 2\n")
        let gate = try Gate(in: home)
        for _ in 0..<12 { _ = try home.handIn(gate.command) }
        let supervisor = try home.startSupervisor()
        try eventually(2) { try home.count(.inProgress) }
        try home.awaitLook()
        #expect(try home.count(.inProgress) == 2)
        #expect(try home.workers().count == 3, "what can't run is no load")
        let other = try home.handIn("--", "true")
        #expect(try home.end(of: other) == 0, "the limit of a type is none of another's")
        gate.open()
        try eventually(13) { try home.count(.completed) }
        #expect(supervisor.isRunning)
    }

    @Test func whoEndsWakesAllThatHaveRoom() throws {
        let home = try Home()
        try home.configure("[type shell]\nconcurrency = 2\n")
        let supervisor = try home.startSupervisor("--min", "2")
        let (first, second) = (try Gate(in: home, named: "first"), try Gate(in: home, named: "second"))
        let big = try home.handIn("--slots", "2", first.command)
        try eventually(TaskState.inProgress) { try home.state(of: big) }
        for _ in 0..<2 { _ = try home.handIn(second.command) }
        try eventually([WorkerStatus.busy, .idle]) { try home.workers().map(\.status).sorted { $0.rawValue < $1.rawValue } }
        #expect(try home.count(.pending) == 2)
        // Neither its supervisor calls the idle one, nor does it look by itself.
        let idle = try #require(try home.workers().first { $0.status == .idle }).process.pid
        for pid in [supervisor.pid, idle] { try home.stop(pid) }
        first.open()
        try eventually(true) { home.isCalled(idle) }
        for pid in [supervisor.pid, idle] { kill(pid, SIGCONT) }
        try eventually(2) { try home.count(.inProgress) }
        second.open()
        try eventually(3) { try home.count(.completed) }
        #expect(supervisor.isRunning)
    }

    @Test func aNewLimitTakesHoldBySIGHUP() throws {
        let home = try Home()
        try home.configure("[pool]\nmin = 3\n[type shell]\nconcurrency = 1\n")
        let gate = try Gate(in: home)
        for _ in 0..<3 { _ = try home.handIn(gate.command) }
        let supervisor = try home.startSupervisor()
        try eventually(1) { try home.count(.inProgress) }
        try home.awaitLook()
        #expect(try home.count(.inProgress) == 1)
        try home.configure("[pool]\nmin = 3\n[type shell]\nconcurrency = 3\n")
        supervisor.signal(SIGHUP)
        try eventually(3) { try home.count(.inProgress) }
        gate.open()
        try eventually(3) { try home.count(.completed) }
    }

    @Test func moreSlotsThanThereAreAreRefused() throws {
        let home = try Home()
        try home.configure("[type shell]\nconcurrency = 4\n")
        let refused = try home.koubouctl("submit", "--slots", "5", "true")
        #expect(refused.status == 64)
        #expect(refused.errors == "koubouctl: --slots is '5': write at most the concurrency of type shell, which is 4, like: koubouctl submit --slots 1 'echo hello'")
        let line = try home.koubouctl("submit", "--jsonl", stdin: #"{"prompt":"true","slots":5}"#)
        #expect(line.status == 65)
        #expect(line.errors.contains("slots is 5 (line 1 of stdin): write a whole number from 1 to 4"))
        #expect(try home.koubouctl("every", "1h", "--slots", "5", "true").status == 64)
        #expect(try home.queue().taskCounts().isEmpty)
        let task = try home.handIn("--slots", "4", "true")
        try home.configure("[type shell]\nconcurrency = 1\n")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.field("status", of: task) == "completed", "the limit was lowered later: it takes all there is")
    }

    @Test func noMoreThanTheRateStart() throws {
        let home = try Home()
        try home.configure("[pool]\nthreshold = 1\n[type shell]\nrate = 2/d\n")
        for _ in 0..<5 { _ = try home.handIn("true") }
        for _ in 0..<2 {
            let supervisor = try home.startSupervisor()
            try eventually(2) { try home.count(.completed) }
            try home.awaitLook()
            #expect(try home.count(.completed) == 2, "also by another supervisor")
            #expect(try home.workers().count <= 2, "what may not start is no load")
            supervisor.signal(SIGTERM)
            #expect(try supervisor.status() == 0)
        }
        #expect(try home.field("attempt", of: "3") == "0")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.count(.pending) == 3)
    }

    @Test func whatARateHoldsBackStartsInTime() throws {
        let home = try Home()
        try home.configure("[type shell]\nrate = 1/s\n")
        let supervisor = try home.startSupervisor("--poll", "1h")
        let tasks = try (0..<3).map { _ in try home.handIn("true") }
        for task in tasks { #expect(try home.end(of: task) == 0) }
        let starts = try tasks.map { try #require(Timestamp(home.field("started_at", of: $0))) }
        #expect(starts[1] - starts[0] >= .seconds(1) && starts[2] - starts[1] >= .seconds(1))
        #expect(supervisor.isRunning)
    }
}
