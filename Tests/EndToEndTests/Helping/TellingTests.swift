import Testing

/// Options that every command takes.
@Suite struct TellingTests {
    @Test func quietTellsErrorsAlone() throws {
        let home = try Home()
        #expect(try home.koubouctl("resume").errors.contains("nothing was paused"))
        #expect(try home.koubouctl("resume", "-q").stderr == [])
        #expect(try home.koubouctl("--quiet", "stop").stderr == [])
        try home.koubouctl("submit", "exit 3")
        try home.run(["koubou-worker", "--drain"])
        let result = try home.koubouctl("-q", "result", "1")
        #expect(result.status == 1)
        #expect(result.errors == "koubouctl: task 1 failed: exit status 3", "an error stays")
        #expect(try home.koubouctl("-q", "show", "7").errors.contains("no task 7"))
    }

    @Test func verboseTellsWhatIsDone() throws {
        let home = try Home()
        let output = try home.koubouctl("submit", "-v", "true")
        #expect(output.text == "1", "and stdout holds data alone")
        #expect(output.errors.contains("home: \(home.path)"))
        #expect(output.errors.contains("stored task 1"))
        let supervisor = try home.startSupervisor()
        #expect(try home.koubouctl("--verbose", "submit", "true").errors.contains("woke process "))
        supervisor.signal(15)
        #expect(try home.koubouctl("-q", "-v", "list").status == 64)
    }

    @Test func commonOptionsMayStandBeforeTheCommand() throws {
        let home = try Home()
        let other = home.folder + "/other"
        #expect(try home.koubouctl("--home", other, "-q", "submit", "true").text == "1")
        #expect(try home.koubouctl("--home=\(other)", "--", "list", "--json").lines.count == 1)
        #expect(!home.exists("home"))
        #expect(try home.koubouctl("--home", "", "list").errors.contains("--home is ''"))
        #expect(try home.koubouctl("list", "--home").errors.contains("write: koubouctl list --home ~/queue"))
        #expect(try home.koubouctl("--home").errors.contains("write: koubouctl --home ~/queue list"))
        #expect(try home.koubouctl("--json", "list").errors.contains("unknown option '--json'"))
    }

    /// A reader that goes ends a command quietly; a disk that is full is an error, of every command.
    @Test(arguments: ["list", "export", "show 1", "doctor", "config", "help", "help list", "--help", "list --help", "version",
        "completion bash", "stats", "workers", "status", "pool", "complete -- show ''"])
    func standardOutputMayGoOrBeFull(command: String) throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        let gone = try home.shell("{ koubouctl \(command); echo $? >&2; } | true")
        #expect(["0", "1", "3", "141"].contains(gone.errors), "\(gone.errors)")
        let full = try home.shell("koubouctl \(command) > /dev/full")
        #expect(full.status == 74)
        #expect(full.errors == "koubouctl: cannot write 'standard output': No space left on device")
    }

    /// No home is made, and no id looked for, when an option is wrong.
    @Test(arguments: [
        ["wait", "--timeout", "soon", "77"], ["show", "--nosuch", "77"], ["cancel", "--status", "done"], ["logs", "--worker", "x"],
        ["result", "x"], ["show", "x"], ["retry", "x"], ["cancel", "x"], ["cancel", "--all", "7"], ["export", "--status", "x"],
        ["help", "submit", "list"], ["pool", "--reset", "--max", "3"], ["list", "--limit", "0"], ["config", "extra"],
    ])
    func optionsAreCheckedBeforeTheQueueIsLookedAt(words: [String]) throws {
        let home = try Home()
        let output = try home.run(["koubouctl"] + words)
        #expect(output.status == 64, "\(output.errors)")
        #expect(output.errors.split(separator: "\n").count == 1)
        #expect(!home.exists("home"))
    }

    @Test(arguments: [
        (["list", "--status", "pendnig"], "did you mean 'pending'?"), (["prune", "--status", "faild"], "did you mean 'failed'?"),
        (["cancel", "-t", "shel"], "did you mean 'shell'?"), (["resume", "-t", "shel"], "did you mean 'shell'?"),
        (["export", "-t", "shel"], "did you mean 'shell'?"), (["doctr"], "did you mean 'doctor'?"),
        (["completion", "bsh"], "koubouctl completion bash"), (["list", "--staus", "failed"], "did you mean '--status'?"),
    ])
    func whatWasMeantIsToldIn(words: [String], meant: String) throws {
        #expect(try Home().run(["koubouctl"] + words).errors.contains(meant))
    }

    @Test func aFolderNeedNotBeUTF8() throws {
        let home = try Home()
        try home.write("dir=$(printf 'd\\377'); mkdir \"$dir\"; koubouctl submit --cwd \"$dir\" pwd", to: "odd.sh")
        #expect(try home.shell(". ./odd.sh").text == "1")
        try home.run(["koubou-worker", "--drain"])
        #expect(try home.koubouctl("result", "1").stdout == Array("\(home.folder)/d".utf8) + [0xff, 0x0a])
    }

    @Test(arguments: [#"\ud800"#, #"\udc00"#, #"a\u0000b"#, #"\ud83d\u0041"#])
    func escapesThatAreNoTextAreRefused(escape: String) throws {
        let home = try Home()
        let output = try home.koubouctl("submit", "--jsonl", stdin: #"{"prompt":"\#(escape)"}"#)
        #expect(output.status == 65)
        #expect(output.errors.contains("line 1"))
        #expect(try home.koubouctl("list", "--json").stdout == [])
        #expect(try home.koubouctl("submit", "--jsonl", stdin: #"{"prompt":"\\ud800 \ud83d\ude00"}"#).text == "1")
        #expect(try home.field("prompt", of: "1") == #"\ud800 😀"#)
    }
}
