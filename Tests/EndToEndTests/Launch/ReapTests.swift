import Glibc
import KoubouCore
import Testing

/// What a launcher has started elsewhere ends for sure before the task runs again, whatever ends the attempt.
@Suite struct ReapTests {
    private func engine(_ settings: String = "", beforeReap: String = "") throws -> FakeEngine {
        try FakeEngine(in: Home(), settings, beforeReap: beforeReap)
    }

    private func handIn(_ engine: FakeEngine, _ options: [String] = [], _ work: String...) throws -> String {
        let task = try engine.home.run(["koubouctl", "submit", "-t", "exec"] + options + engine.work() + work)
        #expect(task.status == 0, "\(task.errors)")
        return task.text
    }

    @Test func aCancelReachesTheProcess() throws {
        let engine = try engine()
        let supervisor = try engine.home.startSupervisor()
        // It takes no notice of TERM: only the reap ends it.
        let task = try handIn(engine, [], "sh", "-c", "trap '' TERM; touch $ENGINE/deaf; sleep 1000; sleep 1000")
        try eventually(true) { engine.home.exists("engine/deaf") }
        #expect(try engine.home.koubouctl("cancel", task).status == 0)
        #expect(try engine.home.end(of: task) == 130)
        #expect(engine.running == 0)
        #expect(engine.records == ["begin 1", "reap 1"])
        supervisor.signal(SIGTERM)
    }

    /// A cancel that takes longer than the process here may says what it waits for, and goes on waiting.
    @Test func aCancelWaitsForTheReap() throws {
        let engine = try engine(beforeReap: "cat $ENGINE/gate > /dev/null")
        try engine.home.shell("mkfifo engine/gate")
        let supervisor = try engine.home.startSupervisor()
        let task = try handIn(engine, [], "sh", "-c", "trap '' TERM; touch $ENGINE/deaf; sleep 1000; sleep 1000")
        try eventually(true) { engine.home.exists("engine/deaf") }
        let cancel = try engine.home.start("koubouctl", "cancel", task)
        try eventually("koubouctl: waiting for the reap of what was launched, up to 5m\n") {
            cancel.stderr
        }
        #expect(engine.running > 0)
        try engine.home.shell("echo > engine/gate")
        #expect(try cancel.status() == 0)
        #expect(engine.running == 0)
        supervisor.signal(SIGTERM)
    }

    @Test func aTimeoutReachesTheProcess() throws {
        try withGrowingLimit([3, 12, 40]) { limit in
            let engine = try engine()
            let supervisor = try engine.home.startSupervisor()
            let task = try handIn(engine, ["--timeout", "\(limit)s", "--max-attempts", "2"], "sleep", "1000")
            #expect(try engine.home.end(of: task) == 124)
            #expect(try engine.home.outcomes(of: task) == "timed_out timed_out")
            #expect(engine.running == 0)
            supervisor.signal(SIGTERM)
            guard engine.records.count(where: { $0.hasPrefix("begin") }) == 2 else { return false }
            #expect(engine.records == ["begin 1", "reap 1", "begin 2", "reap 2"])
            return true
        }
    }

    /// The copy that nobody sees any more is gone before the next one begins.
    @Test func aLostConnectionIsAnotherAttemptAndNotTwoCopies() throws {
        let engine = try engine()
        engine.home.environment.append("FAR_CUT=1")
        let supervisor = try engine.home.startSupervisor()
        let task = try handIn(engine, [], "sh", "-c", "test $KOUBOU_ATTEMPT = 2 || sleep 1000")
        #expect(try engine.home.end(of: task) == 0)
        #expect(try engine.home.outcomes(of: task) == "lost completed")
        #expect(engine.records == ["begin 1", "reap 1", "begin 2", "end 2"])
        #expect(try engine.home.field("error", of: task) == "")
        supervisor.signal(SIGTERM)
    }

    @Test func lostConnectionsAreBounded() throws {
        let home = try Home()
        try home.configure("[type gone]\ncommand = true\nlauncher = sh -c 'exit 255'\nlost_status = 255\nmax_lost = 2\nbackoff_min = 10ms\n")
        let task = try home.handIn("-t", "gone", "x")
        try eventually(true) {
            _ = try home.run(["koubou-worker", "--drain"])
            return try home.state(of: task) == .failed
        }
        #expect(try home.outcomes(of: task) == "lost lost")
        #expect(try home.field("error", of: task) == "its connection was lost (exit status 255)")
    }

    /// The end of a reap begins the next task, which may have ended by the next look at what has ended.
    @Test func theNextTaskIsJudgedByItself() throws {
        let home = try Home()
        try home.configure("[type gone]\ncommand = true\nlauncher = sh -c 'exit 255'\nreap = true\nlost_status = 255\nmax_lost = 1\n")
        let tasks = try (0..<30).map { _ in try home.handIn("-t", "gone", "x") }
        _ = try home.run(["koubou-worker", "--drain"])
        #expect(try Set(tasks.map { try home.field("error", of: $0) }) == ["its connection was lost (exit status 255)"])
    }

    @Test func aLostWorkerIsNotTwoCopies() throws {
        let engine = try engine()
        let supervisor = try engine.home.startSupervisor("--max", "2")
        let task = try handIn(engine, [], "sh", "-c", "test $KOUBOU_ATTEMPT = 2 || sleep 1000")
        try eventually(["begin 1"]) { engine.records }
        kill(try engine.home.worker().process.pid, SIGKILL)
        #expect(try engine.home.end(of: task) == 0)
        #expect(try engine.home.outcomes(of: task) == "lost completed")
        #expect(engine.records == ["begin 1", "reap 1", "begin 2", "end 2"])
        supervisor.signal(SIGTERM)
    }

    /// While it is not known to be gone, nobody may claim the task, and its worker keeps its slot.
    @Test func theTaskWaitsForItsReap() throws {
        let engine = try engine(beforeReap: "cat $ENGINE/gate > /dev/null")
        try engine.home.shell("mkfifo engine/gate")
        let supervisor = try engine.home.startSupervisor("--max", "3")
        let task = try handIn(engine, [], "sh", "-c", "test $KOUBOU_ATTEMPT = 2 || sleep 1000")
        try eventually(["begin 1"]) { engine.records }
        let worker = try engine.home.worker().id
        kill(try engine.home.worker().process.pid, SIGKILL)
        // The pool goes on meanwhile: kouboud waits for nobody.
        let other = try engine.home.handIn("-t", "shell", "echo other")
        #expect(try engine.home.end(of: other) == 0)
        #expect(try engine.home.state(of: task) == .inProgress)
        #expect(try engine.home.workers().filter { $0.id == worker }.map(\.task) == [TaskID(#require(Int64(task)))])
        #expect(engine.running > 0)
        try engine.home.shell("echo > engine/gate")
        #expect(try engine.home.end(of: task) == 0)
        #expect(engine.records == ["begin 1", "reap 1", "begin 2", "end 2"])
        supervisor.signal(SIGTERM)
    }

    @Test(arguments: [
        // It fails twice.
        "echo x >> $ENGINE/tries; [ $(wc -l < $ENGINE/tries) -gt 2 ] || { echo not yet >&2; exit 3; }",
        // It hangs, and takes no notice of TERM.
        "echo x >> $ENGINE/tries; [ $(wc -l < $ENGINE/tries) -gt 1 ] || { trap '' TERM; sleep 1000; }",
        // It says more than any pipe holds.
        "yes nonsense | head -c 3000000 >&2",
        // It leaves processes behind that keep its stderr.
        "setsid sleep 1000 & sleep 1000 &",
    ])
    func aReapMayBeBad(_ script: String) throws {
        // A try that hangs is given up after a third of it.
        let engine = try engine("reap_timeout = \(script.contains("''") ? "15s" : "10m")", beforeReap: script)
        engine.home.environment.append("FAR_CUT=1")
        let supervisor = try engine.home.startSupervisor()
        let task = try handIn(engine, [], "sh", "-c", "test $KOUBOU_ATTEMPT = 2 || sleep 1000")
        #expect(try engine.home.end(of: task) == 0)
        #expect(engine.records == ["begin 1", "reap 1", "begin 2", "end 2"])
        // The next task finds a worker without remains.
        #expect(try engine.home.end(of: handIn(engine, [], "true")) == 0)
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
    }

    /// When it can't be told that the old copy is gone, there is no new one until a person has looked.
    @Test(arguments: ["lost connection", "lost worker"])
    func aReapThatNeverSucceedsHoldsTheTask(_ how: String) throws {
        // Tries begin after 0, 0.25, 0.75, 1.75 and 3.75 s: the last one has time to say its word.
        let engine = try engine("reap_timeout = 7s", beforeReap: "echo no answer >&2; [ -e $ENGINE/works ] || exit 7")
        if how == "lost connection" { engine.home.environment.append("FAR_CUT=1") }
        let supervisor = try engine.home.startSupervisor()
        let task = try handIn(engine, [], "sh", "-c", "test $KOUBOU_ATTEMPT = 2 || sleep 1000")
        try eventually(["begin 1"]) { engine.records }
        if how == "lost worker" { kill(try engine.home.worker().process.pid, SIGKILL) }
        try eventually(true) { try engine.home.state(of: task) == .scheduled }
        let error = try engine.home.field("error", of: task)
        #expect(error.hasSuffix("; what was launched may still run: its reap exited with status 7: no answer"), "\(error)")
        #expect(engine.running > 0)
        try engine.home.awaitLook()
        #expect(try engine.home.state(of: task) == .scheduled)
        #expect(engine.records == ["begin 1"])
        try engine.home.shell("touch engine/works; ENGINE=$PWD/engine engine/far-reap engine/koubou-*-1")
        #expect(try engine.home.koubouctl("cancel", task).status == 0)
        supervisor.signal(SIGTERM)
    }

    /// What the supervisor that is gone could not reap, the next one does.
    @Test func theNextSupervisorReaps() throws {
        let engine = try engine()
        let first = try engine.home.startSupervisor()
        let task = try handIn(engine, [], "sh", "-c", "test $KOUBOU_ATTEMPT = 2 || sleep 1000")
        try eventually(["begin 1"]) { engine.records }
        let worker = try engine.home.worker().process.pid
        first.signal(SIGKILL)
        kill(worker, SIGKILL)
        #expect(try first.status() == 137)
        let next = try engine.home.startSupervisor()
        #expect(try engine.home.end(of: task) == 0)
        #expect(engine.records == ["begin 1", "reap 1", "begin 2", "end 2"])
        next.signal(SIGTERM)
    }

    /// One that has no time leaves the reap to the next, and the attempt does not count.
    @Test func aStopWaitsForNoReap() throws {
        let engine = try engine(beforeReap: "[ -e $ENGINE/works ] || sleep 1000")
        let first = try engine.home.startSupervisor()
        let task = try handIn(engine, [], "sh", "-c", "trap '' TERM; touch $ENGINE/deaf; test -e $ENGINE/works || sleep 1000")
        try eventually(true) { engine.home.exists("engine/deaf") }
        first.signal(SIGQUIT)
        #expect(try first.status() == 0)
        #expect(try engine.home.state(of: task) == .inProgress)
        #expect(engine.running > 0)
        try engine.home.write("", to: "engine/works")
        let next = try engine.home.startSupervisor()
        #expect(try engine.home.end(of: task) == 0)
        #expect(try engine.home.outcomes(of: task) == "requeued completed")
        #expect(engine.records == ["begin 1", "reap 1", "begin 1", "end 1"])
        next.signal(SIGTERM)
    }

    /// A drain has the time: what is to be reaped is, and the end is on record.
    @Test func aDrainWaitsForTheReap() throws {
        let engine = try engine(beforeReap: "touch $ENGINE/reaping; cat $ENGINE/gate > /dev/null")
        try engine.home.shell("mkfifo engine/gate")
        let supervisor = try engine.home.startSupervisor()
        let task = try handIn(engine, [], "sleep", "1000")
        try eventually(["begin 1"]) { engine.records }
        let cancel = try engine.home.start("koubouctl", "cancel", task)
        try eventually(true) { engine.home.exists("engine/reaping") }
        supervisor.signal(SIGTERM)
        try engine.home.shell("echo > engine/gate")
        #expect(try supervisor.status() == 0)
        #expect(try cancel.status() == 0)
        #expect(try engine.home.state(of: task) == .cancelled)
        #expect(engine.records == ["begin 1", "reap 1"])
    }

    @Test func aWorkerByHandReapsBeforeItTakesTheTask() throws {
        let engine = try engine()
        let worker = try engine.home.start("koubou-worker")
        let task = try handIn(engine, [], "sh", "-c", "test $KOUBOU_ATTEMPT = 2 || sleep 1000")
        try eventually(["begin 1"]) { engine.records }
        worker.signal(SIGKILL)
        #expect(try worker.status() == 137)
        #expect(try engine.home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try engine.home.outcomes(of: task) == "lost completed")
        #expect(engine.records == ["begin 1", "reap 1", "begin 2", "end 2"])
    }

    /// INT, and again while it reaps: it is gone, and who comes next does that.
    @Test func aWorkerInAHurryLeavesTheReap() throws {
        let engine = try engine(beforeReap: "touch $ENGINE/reaping; [ -e $ENGINE/works ] || sleep 1000")
        let worker = try engine.home.start("koubou-worker")
        let task = try handIn(engine, [], "sh", "-c", "trap '' TERM; test -e $ENGINE/works || sleep 1000")
        try eventually(["begin 1"]) { engine.records }
        worker.signal(SIGINT)
        try eventually(true) { engine.home.exists("engine/reaping") }
        worker.signal(SIGINT)
        #expect(try worker.status() == 0)
        #expect(try engine.home.state(of: task) == .inProgress)
        try engine.home.write("", to: "engine/works")
        #expect(try engine.home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try engine.home.outcomes(of: task) == "requeued completed")
        #expect(engine.records == ["begin 1", "reap 1", "begin 1", "end 1"])
    }
}
