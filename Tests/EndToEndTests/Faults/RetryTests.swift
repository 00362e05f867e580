import Glibc
import KoubouCore
import Testing

@Suite struct RetryTests {
    @Test func aFailedTaskIsTriedAgainAndEachAttemptIsOnRecord() throws {
        let home = try Home()
        try home.configure("[type shell]\nbackoff_min = 20ms\n")
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn(
            "--max-attempts", "3", "echo try $KOUBOU_ATTEMPT >&2; [ $KOUBOU_ATTEMPT = 3 ] || exit 4$KOUBOU_ATTEMPT")
        #expect(try home.end(of: task) == 0)
        let shown = try home.koubouctl("show", "--json", task).text
        for (index, (outcome, status)) in [("failed", "41"), ("failed", "42"), ("completed", "0")].enumerated() {
            func field(_ name: String) throws -> String { try home.json(shown, "$.attempts[\(index)].\(name)") }
            #expect(try field("attempt") == "\(index + 1)")
            #expect(try field("outcome") == outcome)
            #expect(try field("exit_status") == status)
            #expect(try field("worker_id") == "worker_001")
            #expect(try field("stderr") == "try \(index + 1)\n")
            #expect(try field("started_at") <= field("ended_at"))
            #expect(try Double(field("cpu_time")) ?? -1 >= 0)
            #expect(try Int(field("peak_memory")) ?? 0 > 0)
        }
        #expect(try home.json(shown, "$.attempts[3]") == "")
        #expect(try home.field("error", of: task) == "")
        let lines = try home.koubouctl("show", task).lines.filter { $0.hasPrefix("attempt ") }
        #expect(lines.count == 1 + 3)  // the field, and one for each
        #expect(supervisor.isRunning)
    }

    @Test func theLastFailureEndsTheTask() throws {
        let home = try Home()
        try home.configure("[type shell]\nmax_attempts = 3\nbackoff_min = 0\n")
        let task = try home.handIn("exit 7")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.end(of: task) == 7)
        #expect(try home.outcomes(of: task) == "failed failed failed")
        #expect(try home.state(of: task) == .failed)
        #expect(try home.field("error", of: task) == "exit status 7")
        let stats = try home.koubouctl("stats", "--json").text
        #expect(try home.json(stats, "$.tasks.failed") == "1")
    }

    @Test func aRetryIsScheduledWithItsBackoff() throws {
        let home = try Home()
        try home.configure("[type shell]\nbackoff_min = 20h\nbackoff_max = 20h\n")
        let task = try home.handIn("--max-attempts", "2", "exit 1")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.state(of: task) == .scheduled)
        #expect(try home.field("run_at", of: task) > home.field("updated_at", of: task))
        let due = try home.queue().nextDue()
        let delay = try #require(due) - Clock.now
        #expect(delay > .seconds(9 * 3600) && delay <= .seconds(20 * 3600))  // up to half is taken off
    }

    @Test func statusesThatAnotherTryWouldNotChangeAreFinal() throws {
        let home = try Home()
        try home.configure("[type shell]\nmax_attempts = 2\nbackoff_min = 1h\n")
        let statuses = [1, 63, 64, 65, 66, 67, 68, 69, 70, 75, 76, 77, 78, 79, 255]
        let tasks = try statuses.map { try home.handIn("exit \($0)") }
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        let final = try zip(statuses, tasks).filter { try home.state(of: $0.1) == .failed }.map(\.0)
        #expect(final == [64, 65, 66, 67, 68, 69, 77, 78])
        #expect(try home.count(.scheduled) == statuses.count - final.count)
    }

    @Test func deathBySignalIsAFailureThatIsRetried() throws {
        let home = try Home()
        try home.configure("[type shell]\nmax_attempts = 2\nbackoff_min = 0\n")
        let task = try home.handIn("kill -KILL $$")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.end(of: task) == 128 + SIGKILL)
        #expect(try home.outcomes(of: task) == "failed failed")
        #expect(try home.field("signal", of: task) == "9")
        #expect(try home.field("error", of: task).hasPrefix("killed by signal KILL"))
    }

    @Test func aTimeoutIsRetried() throws {
        let home = try Home()
        try home.configure("[type shell]\nbackoff_min = 0\n")
        let task = try home.handIn("--timeout", "100ms", "--max-attempts", "2", "exec sleep 1000")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.end(of: task) == 124)
        #expect(try home.outcomes(of: task) == "timed_out timed_out")
        #expect(try home.field("error", of: task) == "timed out after 100ms")
    }

    @Test func aTaskThatExitsWellAfterItsTimeoutHasTimedOut() throws {
        let home = try Home()
        let task = try home.handIn("--timeout", "100ms", "trap 'exit 0' TERM; sleep 1000 & wait")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.end(of: task) == 124)
        #expect(try home.state(of: task) == .failed)
    }
}
