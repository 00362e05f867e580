import Glibc
import KoubouCore
import Testing

@Suite struct WaitTests {
    @Test func theExitStatusIsTheTasksOwn() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--min", "2")
        for (status, script) in [(0, "true"), (7, "exit 7"), (128 + 9, "kill -9 $$"), (128 + 15, "kill $$")] {
            let id = try home.koubouctl("submit", script).text
            let waited = try home.koubouctl("wait", id)
            #expect(waited.status == Int32(status), "\(script)")
            #expect(waited.stdout == [])
            #expect(try home.koubouctl("submit", "--wait", script).status == Int32(status), "\(script)")
        }
        supervisor.signal(15)
    }

    /// A signal for each of many would cost the workers more than the ends themselves.
    @Test func whoWaitsForManyHearsOfOneAtATime() throws {
        let home = try Home()
        for _ in 1...3 { try home.koubouctl("submit", "true") }
        let waiter = try home.start(siblingProgram("koubouctl"), "wait", "1", "3", "2")
        for next in [2, 3, 1] {
            try eventually(next) { try home.openStore().number("SELECT coalesce(max(task_id), 0) FROM listeners") }
            #expect(waiter.isRunning)
            try home.koubouctl("cancel", "\(next)")
        }
        #expect(try waiter.status() == 1)
    }

    /// It sleeps meanwhile, so that it can't see the end before the task has gone.
    @Test(arguments: [["wait", "1"], ["wait", "--any", "1"], ["logs", "-f", "1"], ["submit", "--key", "k", "--wait", "true"]])
    func aTaskThatIsDeletedMeanwhileIsToldOf(words: [String]) throws {
        let home = try Home()
        try home.koubouctl("submit", "--key", "k", "true")
        let waiter = try home.start(words: [siblingProgram("koubouctl")] + words)
        try eventually(1) { try home.listeners() }
        waiter.signal(SIGSTOP)
        try home.shell("koubouctl cancel 1; koubouctl prune --all")
        waiter.signal(SIGCONT)
        #expect(try waiter.status() == 66)
        #expect(waiter.stderr.hasSuffix("koubouctl: task 1 was deleted meanwhile: how it ended is not known\n"), "\(waiter.stderr)")
    }

    @Test func aTimeoutIs124AndACancel130() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let output = try home.koubouctl("submit", "--wait", "--timeout", "100ms", "--", "sleep", "1000")
        #expect(output.status == 124)
        #expect(output.errors.contains("timed out after 100ms"))
        let id = try home.koubouctl("submit", "sleep 1000").text
        try eventually("in_progress") { try home.field("status", of: id) }
        #expect(try home.koubouctl("cancel", id).status == 0)
        #expect(try home.koubouctl("wait", id).status == 130)
        supervisor.signal(15)
    }

    @Test func aMissingProgramIs127AndSaysHowToMend() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let output = try home.koubouctl("submit", "--wait", "--max-attempts", "3", "--", "no-such-program")
        #expect(output.status == 127)
        #expect(output.errors.contains("'no-such-program' not found"))
        #expect(output.errors.contains("install"))
        #expect(try home.field("attempt", of: "1") == "1", "not tried again")
        let code = try home.koubouctl("submit", "--wait", "-t", "code", "hello")
        #expect(code.status == 127)
        #expect(code.errors.contains("[type code]"))
        supervisor.signal(15)
    }

    @Test func severalAreZeroOrOne() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let good = try (0..<3).map { _ in try home.koubouctl("submit", "true").text }
        let bad = try home.koubouctl("submit", "exit 9").text
        #expect(try home.run(["koubouctl", "wait"] + good).status == 0)
        #expect(try home.run(["koubouctl", "wait"] + good + [bad]).status == 1)
        #expect(try home.shell("echo '\(good[0])' | koubouctl wait -").status == 0)
        supervisor.signal(15)
    }

    @Test func anyIsTheFirstToEnd() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--min", "2")
        let slow = try home.koubouctl("submit", "sleep 1000").text
        let fast = try home.koubouctl("submit", "exit 4").text
        let output = try home.koubouctl("wait", "--any", slow, fast)
        #expect(output.text == fast)
        #expect(output.status == 4)
        supervisor.signal(3)
    }

    @Test func itsOwnTimeoutIs75() throws {
        let home = try Home()
        let id = try home.koubouctl("submit", "true").text
        let output = try home.koubouctl("wait", "--timeout", "50ms", id)
        #expect(output.status == 75)
        #expect(output.stdout == [])
        #expect(output.errors.contains("koubouctl start"), "nobody works, and it says so")
    }

    @Test func aFailureWithoutAnExitStatusIs1() throws {
        let home = try Home()
        try home.configure("[type shell]\nmax_lost = 1\n")
        let supervisor = try home.startSupervisor("--max", "1")
        let submit = try home.start("koubouctl", "submit", "--wait", "sleep 1000")
        try eventually("in_progress") { try home.field("status", of: "1") }
        kill(try home.worker().process.pid, SIGKILL)
        #expect(try submit.status() == 1)
        #expect(try home.koubouctl("wait", "1").status == 1)
        #expect(try home.field("status", of: "1") == "failed")
        #expect(try home.field("exit_status", of: "1") == "")
        #expect(submit.stderr.hasPrefix("koubouctl: task 1 failed: "))
        supervisor.signal(15)
    }

    @Test func severalRunOutOfTimeTogether() throws {
        let home = try Home()
        for _ in 1...2 { try home.koubouctl("submit", "true") }
        try home.run(["koubou-worker", "--once"])
        let output = try home.koubouctl("wait", "--timeout", "50ms", "1", "2")
        #expect(output.status == 75)
        #expect(output.stdout == [])
        #expect(try home.koubouctl("wait", "--any", "--timeout", "50ms", "2").status == 75)
        #expect(try home.koubouctl("wait", "--timeout", "0", "1").status == 0, "it has ended already")
    }

    @Test func itReturnsWhenTheTaskEnds() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let id = try home.koubouctl("submit", "until test -e go; do sleep 0.02; done").text
        let waiter = try home.start("koubouctl", "wait", id)
        try eventually("in_progress") { try home.field("status", of: id) }
        #expect(waiter.isRunning)
        try home.write("", to: "go")
        #expect(try waiter.status() == 0)
        supervisor.signal(15)
    }
}
