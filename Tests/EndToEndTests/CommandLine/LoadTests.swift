import Glibc
import KoubouCore
import Testing

@Suite struct LoadTests {
    @Test func reportsWhatTheTasksTook() throws {
        let home = try Home()
        _ = try home.startSupervisor("--max", "2")
        let output = try home.koubouctl("load", "--tasks", "30", "--json")
        #expect(output.status == 0, "\(output.errors)")
        for (path, value) in [("$.tasks", "30"), ("$.submitted", "30"), ("$.completed", "30"), ("$.failed", "0")] {
            #expect(try home.json(output.text, path) == value)
        }
        for path in ["$.throughput", "$.waiting.p50", "$.running.max", "$.workers.samples[0]"] {
            #expect(try Double(home.json(output.text, path)) ?? -1 >= 0, "\(path)")
        }
        #expect(try home.count(.completed) == 30)
        #expect(try home.field("argv", of: "1") == #"["/bin/true"]"#)
        let text = try home.koubouctl("load", "--tasks", "3", "--rate", "1000", "true", "&&", "true")
        #expect(text.status == 0)
        #expect(text.lines.map { $0.prefix { $0 != " " } } == ["tasks", "time", "throughput", "waiting", "running", "workers", ""])
        #expect(text.lines[0] == "tasks       3 submitted, 3 completed")
        #expect(try home.field("prompt", of: "33") == "true && true")
    }

    @Test func aMixIsHandedInByItsShares() throws {
        let home = try Home()
        _ = try home.startSupervisor("--max", "2")
        try home.write("# kinds\n70% -- /bin/true\n20%  -t shell -p 8 echo hi\n10% exit 3\n", to: "mix")
        let output = try home.koubouctl("load", "--tasks", "20", "--mix", "mix", "--json")
        #expect(output.status == 1, "two tasks failed")
        #expect(try home.json(output.text, "$.completed") == "18")
        #expect(try home.json(output.text, "$.failed") == "2")
        let counts = try home.queue().taskCounts().map { "\($0.type) \($0.status.rawValue) \($0.count)" }
        #expect(counts == ["exec completed 14", "shell completed 4", "shell failed 2"])
    }

    @Test func withoutASupervisorItSaysSo() throws {
        let home = try Home()
        let output = try home.koubouctl("load")
        #expect(output.status == 69)
        #expect(output.errors == "koubouctl: no supervisor runs, so nothing would be done: run first: koubouctl start")
        #expect(try home.queue().taskCounts().isEmpty)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalCancelsItsTasksAndReports(signal: Int32) throws {
        let home = try Home()
        _ = try home.startSupervisor("--max", "1")
        let load = try home.start("koubouctl", "load", "--tasks", "700", "exec sleep 1000")
        try eventually(true) { try home.count(.inProgress) == 1 && home.count(.pending) == 699 }
        let other = try home.handIn("true")
        load.signal(signal)
        #expect(try load.status() == 128 + signal)
        #expect(load.stdout.hasPrefix("tasks       700 submitted, 700 cancelled\n"))
        #expect(try home.count(.cancelled) == 700)
        #expect(try home.end(of: other) == 0, "what is not its own goes on")
    }

    @Test func asksOnATerminal() throws {
        let home = try Home()
        _ = try home.startSupervisor("--max", "1")
        let terminal = try PseudoTerminal(home, "koubouctl", "load")
        try eventually(true) { terminal.screen.contains("tasks [1000]:") }
        terminal.type("many\r")
        try eventually(true) { terminal.screen.contains("'many': write 1 to 10000000") }
        terminal.type("4\r")
        try eventually(true) { terminal.screen.contains("rate [all at once]:") }
        terminal.type("\r")
        try eventually(true) { terminal.screen.contains("type [exec]:") }
        terminal.type("shell\r")
        #expect(try terminal.status() == 0)
        #expect(terminal.screen.contains("tasks       4 submitted, 4 completed"))
        #expect(try home.field("type", of: "4") == "shell")
        let ended = try PseudoTerminal(home, "koubouctl", "load")
        try eventually(true) { ended.screen.contains("tasks [1000]:") }
        ended.type("\u{4}")
        #expect(try ended.status() == 64)
    }

    @Test(arguments: [
        (["--tasks", "0"], "--tasks is '0': write a whole number from 1 to 10000000, like: koubouctl load --tasks 5"),
        (["--rate", "fast"], "--rate is 'fast': write a number of tasks a second, or 10/m, like: koubouctl load --rate 50"),
        (["-t", "code"], "a task of type code needs a prompt: write: koubouctl load -t code 'hello'"),
        (["-t", "exec", "date"], "a task of type exec has no prompt: write: koubouctl load -- /bin/sleep 0.1"),
        (["date", "--", "date"], "'date' stands before '--': give a prompt, or a command after '--', not both, like: koubouctl load"),
        (["--"], "no command after '--': write: koubouctl load -- /bin/sleep 0.1"),
        (["--mix", "mix", "date"], "a task stands beside --mix: write it into 'mix', like: koubouctl load --mix load.mix"),
    ])
    func refusesWhatMakesNoSense(words: [String], message: String) throws {
        let home = try Home()
        let output = try home.run(["koubouctl", "load"] + words)
        #expect(output.status == 64)
        #expect(output.errors == "koubouctl: " + message)
    }

    @Test func tellsWhichLineOfAMixIsWrong() throws {
        let home = try Home()
        try home.write("100% --prio 3 true\n", to: "mix")
        let output = try home.koubouctl("load", "--mix", "mix")
        #expect(output.status == 65)
        #expect(output.errors == "koubouctl: unknown option '--prio' (mix:1): did you mean '--priority'?")
    }
}
