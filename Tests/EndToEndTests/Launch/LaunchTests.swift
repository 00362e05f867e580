import Glibc
import KoubouCore
import Testing

/// `launcher` places the process of a task elsewhere: what goes in and what comes out is as if it ran here.
@Suite struct LaunchTests {
    private func engine(type: String = "exec") throws -> FakeEngine { try FakeEngine(in: Home(), type: type) }

    /// Every byte, among them NUL and what is not UTF-8, and more than any pipe holds.
    @Test func inputAndOutputPassExactly() throws {
        let engine = try engine()
        let bytes = (0..<1_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let submit = try engine.home.run(["koubouctl", "submit", "--stdin", "--", "cat"], stdin: bytes)
        #expect(try engine.home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try engine.home.koubouctl("result", submit.text).stdout == bytes)
        #expect(engine.records == [], "what ended by itself is not reaped")
    }

    @Test func wordsPassExactly() throws {
        let engine = try engine()
        let words = ["printf", "[%s]", "two words", "", "it's", "a\"b\\c", "$HOME `id` *", "line\nbreak", "é"]
        let task = try engine.home.run(["koubouctl", "submit", "--"] + words).text
        #expect(try engine.home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try engine.home.koubouctl("result", task).stdout == Array(words.dropFirst(2).map { "[\($0)]" }.joined().utf8))
    }

    @Test(arguments: [("exit 0", 0, ""), ("exit 3", 3, "exit status 3"), ("kill -KILL $$", 137, "exit status 137")])
    func theExitStatusComesBack(_ script: String, _ status: Int, _ error: String) throws {
        let engine = try engine()
        let task = try engine.home.handIn("--", "/bin/sh", "-c", "echo said; echo told >&2; \(script)")
        #expect(try engine.home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try engine.home.field("exit_status", of: task) == "\(status)")
        #expect(try engine.home.field("error", of: task) == error)
        #expect(try engine.home.koubouctl("result", task).text == "said")
        #expect(try engine.home.koubouctl("result", "--stderr", task).lines.first == "told")
    }

    /// A script leads over no descriptor to another machine: it is the stdin, and its commands have none.
    @Test func aScriptIsNotWrittenIntoTheCommandLine() throws {
        let engine = try engine(type: "shell")
        let filler = String(repeating: "# a script may be longer than a word of a command line\n", count: 4000)
        let script = "x='two  words'\n\(filler)\necho \"$x\"\ncat\ntest -t 0 || echo 'no \"terminal\"'\nexit 5\n"
        let task = try engine.home.koubouctl("submit", "-", stdin: script).text
        #expect(try engine.home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try engine.home.koubouctl("result", task).text == "two  words\nno \"terminal\"")
        #expect(try engine.home.field("exit_status", of: task) == "5")
    }

    @Test func marksStandForTheAttempt() throws {
        let home = try Home()
        try home.configure(
            "[type show]\ncommand = end\nlauncher = printf '%s\\n' {task}/{attempt} {claim} {name} {cwd} '{other} {{task}' last\n")
        _ = try home.handIn("-t", "exec", "--", "true")
        let task = try home.handIn("-t", "show", "x")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        let lines = try home.koubouctl("result", task).lines
        #expect(lines.map { $0.hasPrefix("koubou-") ? "NAME" : $0 } == ["2/1", "2", "NAME", home.folder, "{other} {2", "last", "end"])
        let name = try #require(lines.first { $0.hasPrefix("koubou-") })
        #expect(name.hasSuffix("-2-1-2") && name.utf8.count == "koubou-".utf8.count + 8 + "-2-1-2".utf8.count)
    }

    @Test func theNameIsInTheEnvironment() throws {
        let home = try Home()
        try home.configure("[type show]\ncommand = true\nlauncher = sh -c 'echo $KOUBOU_NAME = $0, $KOUBOU_TASK_ID $KOUBOU_ATTEMPT' {name}\n")
        let task = try home.handIn("-t", "show", "x")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        let words = try home.koubouctl("result", task).text.split(separator: " ")
        #expect(words.count == 5 && words[0] + "," == words[2] && words[3...] == ["1", "1"])
    }

    @Test func aLauncherThatIsMissingIsNamed() throws {
        let home = try Home()
        try home.configure("[type gpu]\nlauncher = no-such-launcher\nreap = false\ncommand = true\nmax_attempts = 3\n")
        let task = try home.handIn("-t", "gpu", "x")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.field("error", of: task) == "program 'no-such-launcher' not found: install it, or set launcher in [type gpu] of koubou.conf")
        #expect(try home.field("attempt", of: task) == "1")
    }

    /// What is too long for the kernel fails the task, and does not leave its worker or a reap behind.
    @Test func tooManyWordsAreAnError() throws {
        let engine = try engine()
        let word = String(repeating: "x", count: 130_000)
        let task = try engine.home.run(["koubouctl", "submit", "--jsonl"], stdin: Array(#"{"argv":["true","\#(word)\#(word)"]}"#.utf8) + [10]).text
        let after = try engine.home.handIn("--", "echo", "after")
        #expect(try engine.home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try engine.home.state(of: task) == .failed)
        #expect(try engine.home.field("error", of: task).contains("Argument list too long"))
        #expect(try engine.home.koubouctl("result", after).text == "after")
        #expect(engine.records == [])
    }

    @Test(arguments: [
        ("[type general]\nlauncher = srun\n", "koubou.conf:1): write executor = command, and a command that does it there"),
        ("[type code]\nlauncher = srun\n", "[type code] has a launcher, which codex can't have"),
        ("[type exec]\nlauncher =\n", "launcher is ''"), ("[type exec]\nlost_status = 256\n", "lost_status is '256'"),
        ("[type exec]\nreap_timeout = 10ms\n", "reap_timeout is '10ms'"),
    ])
    func badSettingsAreRefused(_ text: String, _ message: String) throws {
        let home = try Home()
        try home.configure(text)
        let output = try home.koubouctl("config", "--check", home.configurationFile)
        #expect(output.status == 78 && output.errors.contains(message), "\(output.errors)")
    }

    @Test func aHundredAreInFlightAtOnce() throws {
        let home = try Home()
        try home.configure(
            "[pool]\nmin = 100\nmax = 100\n[type many]\nconcurrency = 100\ncommand = sh -c 'cat; read line < \"$0\"' gate\nlauncher = env ATTEMPT={name}\n")
        try home.shell("mkfifo gate")
        let supervisor = try home.startSupervisor()
        let tasks = try home.koubouctl("submit", "-t", "many", "--lines", stdin: manyLines(120, "through")).lines
        try eventually(100) { try home.count(.inProgress) }
        // Whoever comes to the gate later finds it open, too.
        let gate = try FileDescriptor(opening: home.folder + "/gate", O_RDWR)
        writeAll(manyLines(120, "go"), to: gate.number)
        #expect(try home.run(["koubouctl", "wait"] + tasks).status == 0)
        #expect(try home.koubouctl("result", tasks[119]).text == "through")
        supervisor.signal(SIGTERM)
    }
}
