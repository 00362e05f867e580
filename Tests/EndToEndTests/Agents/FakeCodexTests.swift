import Glibc
import KoubouCore
import Testing

/// Type `code` with a script in the place of the Codex CLI, which says what a real one has said (codex-cli 0.163).
@Suite struct FakeCodexTests {
    private static let began = """
        {"type":"thread.started","thread_id":"01a20d90-77e1-7d93-97f0-ed34e6446d9a"}
        {"type":"turn.started"}
        """
    private static let ended = """
        {"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"Done."}}
        {"type":"turn.completed","usage":{"input_tokens":10,"cached_input_tokens":2,"output_tokens":5,"reasoning_output_tokens":1}}
        """

    /// A home with a `codex` in its PATH that knows its own help and does `script` otherwise.
    private func home(_ script: String, _ more: String = "", help: String = "--json --model --sandbox --skip-git-repo-check")
        throws -> Home
    {
        let home = try Home()
        try home.shell("mkdir programs")
        try home.write(
            "#!/bin/sh\nif [ \"$2\" = --help ]; then echo '\(help)'; exit; fi\n\(script)\n", to: "programs/codex", mode: 0o700)
        home.environment = home.environment.map { $0.hasPrefix("PATH=") ? "PATH=\(home.folder)/programs:/usr/bin:/bin" : $0 }
        try home.configure("[type code]\nbackoff_min = 0\n\(more)\n")
        return home
    }

    private static func says(_ lines: String...) -> String {
        lines.joined(separator: "\n").split(separator: "\n").map { "echo '\($0)'\n" }.joined()
    }

    @Test func itGetsWordsPromptAndFolder() throws {
        let home = try home(
            "printf '<%s>' \"$@\" > words; pwd >> words; cat >> words; " + Self.says(Self.began, Self.ended),
            "sandbox = read-only\nprofile = never-heard-of\nmodel = m", help: "--json --model --sandbox")
        try home.shell("mkdir work")
        let task = try home.koubouctl("submit", "-t", "code", "explain\nthis", in: home.folder + "/work").text
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try home.koubouctl("result", task).text == "Done.")
        #expect(
            try home.read("work/words")
                == "<exec><--json><--model><m><--sandbox><read-only><->\(home.folder)/work\nexplain\nthis",
            "no option that it does not know")
        #expect(try home.json(home.field("metadata", of: task), "$.model") == "m", "no record of the session names one")
    }

    /// Metadata is of whoever hands the task in: it must not become an option of Codex.
    @Test(arguments: ["--dangerously-bypass-approvals-and-sandbox", "-c", "a b", ""])
    func noSessionIsAnOption(name: String) throws {
        let home = try home("echo ran > $HOME/ran; " + Self.says(Self.began, Self.ended))
        let task = try home.handIn("-t", "code", "--meta", "resume=\(name)", "x")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.outcomes(of: task) == "failed")
        #expect(try home.field("error", of: task).contains("is no session of Codex"))
        #expect(!home.exists("ran"))
    }

    @Test func aSchemaMayBeAFile() throws {
        let home = try home(
            "printf '<%s>' \"$@\" > $HOME/words; " + Self.says(Self.began, Self.ended), help: "--json --output-schema")
        _ = try home.handIn("-t", "code", "--meta", "output_schema=answer.json", "x")
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try home.read("words").contains("<--output-schema><answer.json>"))
    }

    @Test func itsStepsAreSeenAsTheyCome() throws {
        let home = try home(
            Self.says(Self.began, #"{"type":"item.started","item":{"type":"command_execution","command":"make"}}"#)
                + "while ! [ -e \"$HOME/go\" ]; do sleep 0.01; done\n" + Self.says(Self.ended))
        let supervisor = try home.startSupervisor()
        let task = try home.handIn("-t", "code", "x")
        let follower = try home.start("koubouctl", "logs", "-f", task)
        try eventually("$ make\n") { follower.stderr }
        try home.write("", to: "go")
        #expect(try home.end(of: task) == 0)
        #expect(try follower.status() == 0)
        #expect(follower.stderr == "$ make\nDone.\n")
        supervisor.signal(SIGTERM)
    }

    /// As a Codex does whose stdin never ends.
    @Test func oneThatDoesNotBeginIsEnded() throws {
        let home = try home("exec sleep 1000", "begin_timeout = 300ms\nmax_attempts = 1")
        let task = try home.handIn("-t", "code", "x")
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try home.outcomes(of: task) == "timed_out")
        #expect(try home.field("error", of: task) == "did not begin its work within 300ms")
    }

    /// INT lets it end its turn, TERM and KILL come for those that don't heed it.
    @Test(arguments: [("INT", "INT"), ("INT TERM", "INT TERM"), ("", "")])
    func cancelAsksBeforeItKills(heeded: String, seen: String) throws {
        let traps = heeded.split(separator: " ").map { signal in
            "trap 'echo \(signal) >> \"$HOME/seen\"\(signal == heeded.suffix(signal.count) ? "; exit 1" : "")' \(signal)\n"
        }
        let ignored = heeded.isEmpty ? "trap '' INT TERM\n" : ""
        try withGrowingLimit(heeded.isEmpty ? [0.5] : [4, 16, 64]) { grace in
            let home = try home(
                traps.joined() + ignored + Self.says(Self.began) + "echo x > \"$HOME/ready\"; while :; do sleep 0.01; done",
                "\n[task]\nkill_grace = \(grace)s")
            let supervisor = try home.startSupervisor()
            let task = try home.handIn("-t", "code", "x")
            try eventually(true) { home.exists("ready") }
            #expect(try home.koubouctl("cancel", task).status == 0)
            #expect(try home.outcomes(of: task) == "cancelled")
            #expect(home.processes(of: task).isEmpty)
            #expect(try home.json(home.field("metadata", of: task), "$.session").hasPrefix("01a20d90-"))
            supervisor.signal(SIGTERM)
            // Each comes to the group and to its leader, so one may be seen twice.
            let signals = ((try? home.read("seen")) ?? "").split(separator: "\n").map(String.init)
            let first = signals.enumerated().filter { !signals[..<$0.offset].contains($0.element) }.map(\.element)
            return first.joined(separator: " ") == seen
        }
    }

    @Test func anAnswerThatMustBeJSONIsChecked() throws {
        let home = try home(Self.says(Self.began, Self.ended), "result = json\nmax_attempts = 1")
        let task = try home.handIn("-t", "code", "x")
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try home.field("error", of: task) == "stdout is no JSON but 'Done.': see result in [type …]")
    }

    /// Any session would do for the store; what is no session is refused by it.
    @Test func aSessionGoesOnInOneTaskAtATime() throws {
        let home = try home("printf '<%s>' \"$@\" > \"$HOME/words\"; cat > /dev/null; " + Self.says(Self.began, Self.ended))
        let task = try home.handIn("-t", "code", "x")
        let early = try home.koubouctl("submit", "-t", "code", "--continue", task, "y")
        #expect(early.status == 75 && early.errors.contains("task \(task) has not ended"))
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try home.koubouctl("submit", "-t", "code", "--lines", "--continue", task, stdin: "a\nb\n").status == 64)
        _ = try home.handIn("-t", "code", "--continue", task, "y")
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(
            try home.read("words")
                == "<exec><--json><--skip-git-repo-check><resume><01a20d90-77e1-7d93-97f0-ed34e6446d9a><->")
        for line in [#"{"prompt":"x","type":"code","continue":"1"}"#, #"{"prompt":"x","type":"code","continue":0}"#] {
            #expect(try home.koubouctl("submit", "--jsonl", stdin: line).status == 65)
        }
    }

    @Test func oneThatIsTooOldIsNamed() throws {
        let home = try home("exit 1", help: "nothing of use")
        let task = try home.handIn("-t", "code", "x")
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try home.field("error", of: task).contains("'codex exec --help' names no --json: upgrade the Codex CLI"))
    }
}
