import Glibc
import Testing

/// Output as it comes: a task writes, waits for a file, and writes again.
@Suite struct FollowTests {
    private static let script = "echo one; echo err >&2; until test -e go; do sleep 0.02; done; echo two; exit 3"

    @Test func submitWaitShowsOutputAsItComes() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let submit = try home.start(
            "koubouctl", "submit", "--wait",
            Self.script.replacing("exit", with: "until test -e end; do sleep 0.02; done; exit"))
        try eventually("one\n") { submit.stdout }
        try eventually("err\n") { submit.stderr }
        try home.write("", to: "go")
        try eventually("one\ntwo\n") { submit.stdout }
        #expect(submit.isRunning)
        try home.write("", to: "end")
        #expect(try submit.status() == 3)
        #expect(submit.stdout == "one\ntwo\n")
        #expect(submit.stderr == "err\n")
        supervisor.signal(15)
    }

    /// It looks by itself: no worker need say that it lives, and nobody tells of a change.
    @Test func outputIsShownWithoutASignOfAnybody() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--max", "1")
        let submit = try home.start("koubouctl", "submit", "--wait", Self.script)
        try eventually("one\n") { submit.stdout }
        for pid in [try home.worker().process.pid, supervisor.pid] { try home.stop(pid) }
        try home.shell("echo more >> home/results/1.out")
        try eventually("one\nmore\n") { submit.stdout }
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
            "echo $KOUBOU_ATTEMPT | tee /dev/stderr; until test -e go$KOUBOU_ATTEMPT; do sleep 0.02; done; test $KOUBOU_ATTEMPT = 3"
        let submit = try home.start("koubouctl", "submit", "--wait", "--max-attempts", "3", script)
        for attempt in 1...3 {
            let shown = (1...attempt).map { "\($0)\n" }.joined()
            try eventually(shown) { submit.stdout }
            try home.write("", to: "go\(attempt)")
        }
        #expect(try submit.status() == 0)
        #expect(submit.stdout == "1\n2\n3\n")
        #expect(submit.stderr == submit.stdout)
        supervisor.signal(15)
    }

    /// Numbered, so that a byte that is left out or shown twice is seen; the pause lets a part be shown before the end.
    /// The first attempt ends before anybody has found a file of it.
    @Test(arguments: [["submit", "-w"], ["logs", "-f"]]) func anAttemptAfterOneThatWasSilentIsShownOnce(words: [String]) throws {
        let home = try Home()
        try home.configure("[type shell]\nbackoff_min = 0\n")
        let script = "[ $KOUBOU_ATTEMPT = 3 ] || exit 1; echo start; until [ -e go ]; do sleep 0.01; done; echo end"
        var arguments = ["koubouctl"] + words
        if words[0] == "submit" {
            arguments += ["--max-attempts", "3", script]
        } else {
            arguments.append(try home.handIn("--max-attempts", "3", script))
        }
        let follower = try home.start(words: arguments)
        try eventually(1) { try home.listeners() }
        let supervisor = try home.startSupervisor("--max", "1")
        try eventually("start\n") { follower.stdout }
        try home.write("", to: "go")
        #expect(try follower.status() == 0)
        #expect(follower.stdout == "start\nend\n")
        supervisor.signal(SIGTERM)
    }

    /// The file that is found for an attempt which had none is that of the next one.
    @Test func whatTheNextAttemptWritesIsNotTakenForThatOfASilentOne() throws {
        let home = try Home()
        try home.configure("[type shell]\nbackoff_min = 0\n")
        let id = try home.handIn("--max-attempts", "2", """
            [ $KOUBOU_ATTEMPT = 2 ] || { echo first >&2; until [ -e go ]; do sleep 0.01; done; exit 1; }
            echo start; until [ -e end ]; do sleep 0.01; done; echo end
            """)
        let supervisor = try home.startSupervisor("--max", "1")
        let follower = try home.start("koubouctl", "logs", "-f", id)
        try eventually("first\n") { follower.stderr }
        try home.stop(follower.pid)
        try home.write("", to: "go")
        try eventually("start\n") { (try? home.read("home/results/\(id).out")) ?? "" }
        follower.signal(SIGCONT)
        try eventually("start\n") { follower.stdout }
        try home.write("", to: "end")
        #expect(try follower.status() == 0)
        #expect(follower.stdout == "start\nend\n")
        supervisor.signal(SIGTERM)
    }

    @Test func aLargeOutputIsShownWhole() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let output = try home.koubouctl(
            "submit", "--wait", "{ seq 1 200000; sleep 0.2; seq 200001 400000; } | tee /dev/stderr; printf '\\377\\000'"
        )
        let numbers = (1...400_000).map { "\($0)\n" }.joined()
        #expect(output.stdout.elementsEqual(Array(numbers.utf8) + [0xff, 0]))
        #expect(output.stderr.elementsEqual(numbers.utf8))
        #expect(output.status == 0)
        supervisor.signal(15)
    }

    @Test func whoIsInterruptedLeavesTheTaskAlone() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let submit = try home.start("koubouctl", "submit", "--wait", Self.script)
        try eventually("one\n") { submit.stdout }
        submit.signal(SIGINT)
        #expect(try submit.status() == 128 + SIGINT)
        #expect(submit.stderr == "err\nkoubouctl: task 1 goes on; to end it: koubouctl cancel 1\n")
        #expect(try home.field("status", of: "1") == "in_progress")
        try home.write("", to: "go")
        #expect(try home.koubouctl("wait", "1").status == 3)
        supervisor.signal(15)
    }

    @Test func theLogOfAnEndedTaskIsItsOutput() throws {
        let home = try Home()
        #expect(try home.koubouctl("submit", "printf out; printf err >&2; exit 3").text == "1")
        #expect(try home.koubouctl("logs", "1").stdout == [], "nothing so far")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        for (option, status) in [([], 0), (["-f"], 3)] as [([String], Int32)] {
            let logs = try home.run(["koubouctl", "logs"] + option + ["1"])
            #expect(logs.status == status, "\(option)")
            #expect(logs.text == "out", "\(option)")
            #expect(logs.errors == "err", "\(option)")
        }
    }

    @Test func aLogIsFollowedThroughARotation() throws {
        let home = try Home()
        _ = try home.queue()
        try home.write("old\n", to: "home/logs/worker_pool.log")
        let follower = try home.start("koubouctl", "logs", "-f")
        try eventually("old\n") { follower.stdout }
        try home.shell("cd home/logs && mv worker_pool.log worker_pool.log.1 && echo late >> worker_pool.log.1")
        try eventually("old\nlate\n") { follower.stdout }
        try home.write("new\n", to: "home/logs/worker_pool.log")
        try eventually("old\nlate\nnew\n") { follower.stdout }
        follower.signal(SIGINT)
        #expect(try follower.status() == 128 + SIGINT)
    }

    @Test func theLogOfASupervisorAndAWorker() throws {
        let home = try Home()
        #expect(try home.koubouctl("logs").status == 66)
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
