import Testing

/// Output as it comes: a task writes, waits for a file, and writes again.
@Suite struct FollowTests {
    private static let script = "echo one; echo err >&2; until test -e go; do sleep 0.02; done; echo two; exit 3"

    @Test func submitWaitShowsOutputAsItComes() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let submit = try home.start("koubouctl", "submit", "--wait", Self.script)
        try eventually("one\n") { submit.stdout }
        try eventually("err\n") { submit.stderr }
        #expect(submit.isRunning)
        try home.write("", to: "go")
        #expect(try submit.status() == 3)
        #expect(submit.stdout == "one\ntwo\n")
        #expect(submit.stderr == "err\n")
        supervisor.signal(15)
    }

    @Test func logsFollowATask() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let id = try home.koubouctl("submit", Self.script).text
        try eventually("one\n") { String(decoding: try home.koubouctl("logs", id).stdout, as: UTF8.self) }
        let logs = try home.start("koubouctl", "logs", "-f", id)
        try eventually("one\n") { logs.stdout }
        try home.write("", to: "go")
        #expect(try logs.status() == 3)
        #expect(logs.stdout == "one\ntwo\n")
        supervisor.signal(15)
    }

    @Test func everyAttemptIsShownOnce() throws {
        let home = try Home()
        try home.configure("[type shell]\nbackoff_min = 1ms\n")
        let supervisor = try home.startSupervisor()
        let script =
            "echo $KOUBOU_ATTEMPT; until test -e go$KOUBOU_ATTEMPT; do sleep 0.02; done; test $KOUBOU_ATTEMPT = 3"
        let submit = try home.start("koubouctl", "submit", "--wait", "--max-attempts", "3", script)
        for attempt in 1...3 {
            let shown = (1...attempt).map { "\($0)\n" }.joined()
            try eventually(shown) { submit.stdout }
            try home.write("", to: "go\(attempt)")
        }
        #expect(try submit.status() == 0)
        #expect(submit.stdout == "1\n2\n3\n")
        supervisor.signal(15)
    }

    @Test func aLargeOutputIsShownWhole() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let output = try home.koubouctl(
            "submit", "--wait", "head -c 3000000 /dev/zero | tr '\\0' x; sleep 0.2; echo end")
        #expect(output.stdout.count == 3_000_004)
        #expect(output.status == 0)
        supervisor.signal(15)
    }

    @Test func theLogOfASupervisorAndAWorker() throws {
        let home = try Home()
        #expect(try home.koubouctl("logs").status == 64)
        let supervisor = try home.startSupervisor()
        let follower = try home.start("koubouctl", "logs", "-f", "--supervisor")
        try eventually(true) { follower.stdout.contains("supervisor started") }
        try eventually(true) { try home.koubouctl("logs", "--worker", "worker_001").text.contains("worker started") }
        supervisor.signal(15)
        #expect(try supervisor.status() == 0)
        try eventually(true) { follower.stdout.contains("supervisor stopped") }
        follower.signal(15)
        #expect(try follower.status() == 128 + 15)
        #expect(try home.koubouctl("logs").text.contains("supervisor stopped"))
    }
}
