import Glibc
import Testing

/// `export --all` and `import`: whatever a queue holds that does not run just now.
@Suite struct ExportAllTests {
    private func other(_ home: Home, _ words: String..., stdin: [UInt8]? = nil) throws -> Home.Output {
        try home.run(["koubouctl", "--home", home.folder + "/other"] + words, stdin: stdin)
    }

    /// Task 1 has failed, and 2, which needs it, was retried. 4 is held up by a key, 5 by a time, 6 by two tasks.
    private func fill(_ home: Home) throws {
        try home.shell(
            """
            exec > shell.out 2>&1
            koubouctl submit --max-attempts 2 'echo out; echo err >&2; exit 1'
            koubouctl submit --after 1 --tag x --tag 'a b' 'echo \\377'
            while ! koubouctl show --field status 1 | grep failed; do koubou-worker --drain; sleep 0.1; done
            koubouctl retry 2
            koubouctl submit 'head -c 100000 /dev/urandom; printf "\\377" >&2'
            koubou-worker --drain
            koubouctl submit --key k --meta 'a=b c' --priority 9 --timeout 1.5s --notify 'logger -t "a b"' -- printf "$(printf '\\376')"
            koubouctl submit --at 2999-01-01T00:00:00Z --env A=b --title 'é' true
            koubouctl submit --after 4,5 --after-any 2 true
            koubouctl every 15m --tag x --title report --env A=b --meta c=d -p 2 -- printf "$(printf '\\376')"
            printf 'x\\377\\000' | koubouctl every '0 9 * * mon-fri' --timeout 5m -
            koubouctl every @daily true; koubouctl every --remove 3; koubouctl every @daily true
            """)
    }

    @Test func aRoundTripIsExact() throws {
        let home = try Home()
        try fill(home)
        #expect(try home.koubouctl("list", "--format", "{status}").lines == ["failed", "blocked", "completed", "pending", "scheduled", "blocked"])
        let exported = try home.koubouctl("export", "--all")
        #expect(exported.lines.count == 3 + 6, "\(exported.errors)")
        let imported = try other(home, "import", stdin: exported.stdout)
        #expect(imported.errors == "")
        #expect(imported.lines == (1...6).map(String.init), "what recurs has no id")
        #expect(try other(home, "export", "--all").stdout == exported.stdout)
        #expect(try other(home, "export").stdout == exported.stdout, "the same without --all")
        for words in [["every", "--list"], ["every", "--list", "--json"], ["show", "2"], ["list", "--json"]] {
            #expect(try home.run(["koubouctl", "--home", home.folder + "/other"] + words).stdout == home.run(["koubouctl"] + words).stdout)
        }
        #expect(try other(home, "check").text == "ok")
        #expect(try other(home, "every", "1h", "true").text == "5", "numbers go on")
    }

    /// What was blocked by a retry still waits for a retry of the other one.
    @Test func aTaskBlockedByAFailedOneRunsAfterIt() throws {
        let home = try Home()
        try home.shell("koubouctl submit 'test -e go'; koubouctl submit --after 1 'echo two'; koubou-worker --drain; koubouctl retry 2")
        #expect(try other(home, "import", stdin: home.koubouctl("export", "--all").stdout).status == 0)
        #expect(try other(home, "show", "--field", "status", "2").text == "blocked")
        try home.write("", to: "go")
        #expect(try other(home, "retry", "1").status == 0)
        #expect(try home.run(["koubou-worker", "--home", home.folder + "/other", "--drain"]).status == 0)
        #expect(try other(home, "result", "2").text == "two")
    }

    @Test func whatRecursGoesOnUnderANewNumber() throws {
        let home = try Home()
        try home.koubouctl("every", "1s", "true")
        let supervisor = try home.startSupervisor()
        try eventually(false) { try home.json(home.koubouctl("every", "--list", "--json").text, "$.last_task_id") == "" }
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
        let exported = try home.koubouctl("export").stdout
        let count = try home.koubouctl("list", "--json").lines.count
        #expect(try home.run(["koubouctl", "import", "--renumber"], stdin: exported).lines.count == count)
        let entries = try home.koubouctl("every", "--list", "--json").lines
        try #require(entries.count == 2)
        let last = try #require(try Int(home.json(entries[0], "$.last_task_id")))
        #expect(try home.json(entries[1], "$.last_task_id") == "\(last + count)")
        #expect(try home.json(entries[1], "$.number") == "2")
        #expect(try home.field("recurring", of: "\(last + count)") == "2")
        #expect(try home.koubouctl("check").text == "ok")
    }

    @Test func onlyAllOfItHasWhatRecurs() throws {
        let home = try Home()
        try home.shell("koubouctl submit --tag x true; koubouctl every 1h true")
        for words in [["1"], ["--tag", "x"], ["--status", "pending"], ["-t", "shell"]] {
            #expect(try home.run(["koubouctl", "export"] + words).lines.count == 1)
        }
        let all = try home.koubouctl("export").stdout
        let again = try home.run(["koubouctl", "import"], stdin: all)
        #expect(again.status == 65)
        #expect(again.errors.contains("number 1 of 'koubouctl every' is there already (line 1 of stdin)"))
        #expect(try home.run(["koubouctl", "submit", "--jsonl"], stdin: all).errors.contains("koubouctl import"))
    }

    @Test(arguments: [
        ("\"number\":1", "\"number\":0", "from 1"), ("\"spec\":\"1h\"", "\"spec\":\"1x\"", "cron"), ("\"spec\":\"1h\",", "", "cron"),
        ("\"next_at\":\"2", "\"next_at\":\"x", "a time of UTC"), ("\"priority\":5,", "", "'priority' is missing"),
        ("\"type\":\"shell\"", "\"type\":\"nope\"", "no task type 'nope'"), ("\"task\":{", "\"tasks\":{", "did you mean 'task'?"),
        ("\"priority\":5", "\"priority\":11", "from 1 to 10"), ("\"tags\":[]", "\"tags\":[\"a,b\"]", "no comma"),
        ("{\"every\"", "{\"type\":\"x\",\"every\"", "beside a task"), ("\"slots\":1", "\"key\":\"k\"", "unknown field 'key'"),
    ])
    func aLineThatIsWrongIsRefused(old: String, new: String, named: String) throws {
        let home = try Home()
        try home.koubouctl("every", "1h", "true")
        let parts = try home.koubouctl("export").text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        #expect(parts.count == 2)
        let output = try other(home, "import", stdin: Array(parts.joined(separator: new).utf8))
        #expect(output.status == 65)
        #expect(output.errors.contains(named) && output.errors.contains("line 1 of stdin"), "\(output.errors)")
        #expect(try other(home, "every", "--list", "--json").stdout == [])
    }
}
