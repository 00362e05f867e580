import Glibc
import KoubouCore
import Testing

/// What `export` prints, `import` stores as it was.
@Suite struct ExportTests {
    /// Tasks in every state that they can be in without a supervisor, with outputs of all kinds.
    private func fill(_ home: Home) throws {
        try home.koubouctl("submit", "--title", "é", "--tag", "x", "--tag", "a b", "-p", "2", "--max-attempts", "3", "--timeout", "1.5s",
            "--env", "A=b", "--stdin", "--", "sh", "-c", "cat; echo error >&2", stdin: "\0text")
        try home.koubouctl("submit", "head -c 100000 /dev/urandom; head -c 70000 /dev/zero >&2")
        try home.koubouctl("submit", "printf '\\377'")
        try home.koubouctl("submit", "exit 3")
        try home.koubouctl("submit", "kill -9 $$")
        try home.koubouctl("submit", #"{"a": [1, 2]} ' " \ "#)
        try home.koubouctl("cancel", "6")
        try home.write("dir=$(printf 'd\\377'); mkdir \"$dir\"; cd \"$dir\"; koubouctl submit -- printf \"$(printf '\\376')\"", to: "odd.sh")
        try home.shell(". ./odd.sh")
        try home.run(["koubou-worker", "--drain"])
        try home.koubouctl("submit", "echo later")
        try home.koubouctl("submit", "--max-attempts", "2", "exit 1")
        try home.run(["koubou-worker", "--once"])
    }

    private func other(_ home: Home, _ words: String..., stdin: [UInt8]? = nil) throws -> Home.Output {
        try home.run(["koubouctl", "--home", home.folder + "/other"] + words, stdin: stdin)
    }

    @Test func aRoundTripIsExact() throws {
        let home = try Home()
        try fill(home)
        let exported = try home.koubouctl("export")
        #expect(exported.lines.count == 9)
        #expect(exported.stderr == [])
        let imported = try other(home, "import", stdin: exported.stdout)
        #expect(imported.errors == "")
        #expect(imported.lines == (1...9).map(String.init))
        #expect(try other(home, "export").stdout == exported.stdout)
        #expect(try other(home, "check").text == "ok")
        for id in ["1", "2", "3"] {
            #expect(try other(home, "result", id).stdout == home.koubouctl("result", id).stdout)
            #expect(try other(home, "result", "--stderr", id).stdout == home.koubouctl("result", "--stderr", id).stdout)
        }
        #expect(try other(home, "show", "--json", "1").text == home.koubouctl("show", "--json", "1").text)
        // Without what ended in the minute before each of the two was asked.
        func lasting(_ statistics: String) -> String { statistics.replacing(/"throughput":\{[^}]*\}/, with: "") }
        #expect(try lasting(other(home, "stats", "--json").text) == lasting(home.koubouctl("stats", "--json").text))
    }

    /// A column that is added to a table of tasks is exported without a word here.
    @Test func everyColumnIsInIt() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        let document = try home.koubouctl("export").text
        let columns = try home.run(
            [
                "/usr/bin/sqlite3", home.path + "/db/koubou.db",
                """
                SELECT name FROM pragma_table_info('task_master') UNION SELECT name FROM pragma_table_info('task_payload')
                UNION SELECT name FROM pragma_table_info('task_result')
                """,
            ]
        ).lines
        #expect(columns.count > 25)
        #expect(Set(try home.keys(document)) == Set(columns).union(["tags", "attempts", "events", "dependencies"]))
    }

    @Test func whatWaitsRunsAndGoesOnCounting() throws {
        let home = try Home()
        try fill(home)
        #expect(try other(home, "import", stdin: home.koubouctl("export").stdout).status == 0)
        #expect(try home.run(["koubou-worker", "--home", home.folder + "/other", "--drain"]).status == 0)
        #expect(try other(home, "result", "8").text == "later")
        #expect(try other(home, "submit", "true").text == "10")
        #expect(try other(home, "check").text == "ok")
    }

    /// Claims are numbered anew in each queue; that of an attempt to come must not be that of one on record.
    @Test func aTaskCanBeRetriedAfterAnImport() throws {
        let home = try Home()
        try home.koubouctl("submit", "exit 1")
        try home.run(["koubou-worker", "--drain"])
        #expect(try other(home, "import", stdin: home.koubouctl("export").stdout).status == 0)
        #expect(try other(home, "retry", "1").status == 0)
        #expect(try home.run(["koubou-worker", "--home", home.folder + "/other", "--drain"]).status == 0)
        let shown = try other(home, "show", "--json", "1").text
        #expect(try home.json(shown, "$.attempts[1].outcome") == "failed")
        #expect(try home.json(shown, "$.status") == "failed")
    }

    @Test func aRunningTaskIsImportedAsPending() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor()
        let id = try home.handIn(gate.command)
        try eventually(.inProgress) { try home.state(of: id) }
        let exported = try home.koubouctl("export", id)
        #expect(try home.json(exported.text, "$.status") == "in_progress")
        #expect(try other(home, "import", stdin: exported.stdout).status == 0)
        let imported = try other(home, "export", id).text
        #expect(try home.json(imported, "$.status") == "pending")
        #expect(try home.json(imported, "$.attempt") == "0")
        #expect(try home.json(imported, "$.pid") == "")
        #expect(try home.json(imported, "$.events[2].to_status") == "pending")
        #expect(try other(home, "check").text == "ok")
        gate.open()
        supervisor.signal(SIGTERM)
    }

    /// A chain, one that any end is enough for, a key, metadata, slots and a time: nothing of it has run.
    private func shape(_ home: Home) throws {
        try home.configure("[type shell]\nconcurrency = 4\n")
        try home.koubouctl("submit", "exit 1")
        try home.koubouctl("submit", "--key", "k", "--meta", "a=b c", "--slots", "3", "echo one")
        try home.koubouctl("submit", "--after", "2", "--after-any", "1", "--at", "2999-01-01T00:00:00Z", "echo two")
        try home.koubouctl("submit", "--after", "2", "--after-any", "1", "echo three")
        try home.koubouctl("submit", "--after", "4", "echo four")
    }

    @Test func dependenciesAreKept() throws {
        let home = try Home()
        try shape(home)
        let exported = try home.koubouctl("export").stdout
        try home.shell("mkdir -m 700 other; cp home/koubou.conf other")
        #expect(try other(home, "import", stdin: exported).lines == ["1", "2", "3", "4", "5"])
        #expect(try other(home, "export").stdout == exported)
        #expect(try other(home, "check").text == "ok")
        #expect(try other(home, "submit", "--key", "k", "true").text == "2")
        #expect(try home.run(["koubou-worker", "--home", home.folder + "/other", "--drain"]).status == 0)
        #expect(try other(home, "list", "--format", "{status}").lines == ["failed", "completed", "scheduled", "completed", "completed"])
        #expect(try other(home, "check").text == "ok")
    }

    @Test func dependenciesFollowToNewIDs() throws {
        let home = try Home()
        try shape(home)
        let exported = try home.koubouctl("export").stdout
        try home.koubouctl("cancel", "--all")
        #expect(try home.run(["koubouctl", "import", "--renumber"], stdin: exported).lines == ["6", "7", "8", "9", "10"])
        let document = try home.koubouctl("export", "9").text
        #expect(try home.json(document, "$.dependencies[0].depends_on") == "6")
        #expect(try home.json(document, "$.dependencies[1].depends_on") == "7")
        #expect(try home.json(document, "$.waits_for") == "2")
        #expect(try home.koubouctl("check").text == "ok")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.koubouctl("result", "10").text == "four")
    }

    @Test func whatWaitsForATaskThatIsNowhereIsRefused() throws {
        let home = try Home()
        try shape(home)
        let alone = try home.koubouctl("export", "5").stdout
        let output = try other(home, "import", stdin: alone)
        #expect(output.status == 65)
        #expect(output.errors.contains("it waits for task 4, which is neither in the queue nor on a line before (line 1 of stdin)"))
        // Here it is in the queue.
        #expect(try home.run(["koubouctl", "import", "--renumber"], stdin: alone).text == "6")
        #expect(try home.json(home.koubouctl("export", "6").text, "$.dependencies[0].depends_on") == "4")
        // And there it has failed.
        try home.koubouctl("cancel", "4")
        let late = try home.run(["koubouctl", "import", "--renumber"], stdin: alone).text
        #expect(try home.field("status", of: late) == "cancelled")
        #expect(try home.field("error", of: late) == "task 4 was cancelled")
        #expect(try home.koubouctl("check").text == "ok")
    }

    @Test func aKeyStaysThatOfOneTask() throws {
        let home = try Home()
        try home.koubouctl("submit", "--key", "k", "true")
        let exported = try home.koubouctl("export").stdout
        let refused = try home.run(["koubouctl", "import", "--renumber"], stdin: exported)
        #expect(refused.status == 65)
        #expect(refused.errors.contains("its key 'k' is that of task 1, which has not ended"))
        try home.koubouctl("cancel", "1")
        #expect(try home.run(["koubouctl", "import", "--renumber"], stdin: exported).text == "2")
    }

    @Test func whatIsExportedMayBeSubmittedAnew() throws {
        let home = try Home()
        try shape(home)
        let exported = try home.koubouctl("export").stdout
        #expect(try other(home, "submit", "--jsonl", stdin: exported).lines.count == 5)
    }

    @Test func clashesAreToldAndNewIDsGiven() throws {
        let home = try Home()
        try fill(home)
        let exported = try home.koubouctl("export").stdout
        let clash = try home.run(["koubouctl", "import"], stdin: exported)
        #expect(clash.status == 65)
        #expect(clash.errors.contains("task 1 is there already (line 1 of stdin): import with --renumber"))
        #expect(try home.run(["koubouctl", "import", "--renumber"], stdin: exported).lines == (10...18).map(String.init))
        #expect(try home.koubouctl("result", "11").stdout == home.koubouctl("result", "2").stdout)
        #expect(try home.koubouctl("check").text == "ok")
    }

    @Test func filtersAndIDsChoose() throws {
        let home = try Home()
        try fill(home)
        func ids(_ words: String..., stdin: String? = nil) throws -> [String] {
            try home.run(["koubouctl", "export"] + words, stdin: stdin.map { Array($0.utf8) }).lines
                .map { try home.json($0, "$.task_id") }
        }
        #expect(try ids("--status", "failed") == ["4", "5"])
        #expect(try ids("--tag", "a b") == ["1"])
        #expect(try ids("-t", "exec") == ["1", "7"])
        #expect(try ids("-", stdin: "5\n3 ") == ["5", "3"])
        #expect(try home.koubouctl("export", "77").status == 66)
        #expect(try home.koubouctl("export", "1", "-t", "exec").status == 64)
    }

    @Test func aBatchIsStoredWholeOrNotAtAll() throws {
        let home = try Home()
        try home.koubouctl("submit", "--lines", stdin: String(repeating: "true\n", count: 1100))
        var lines = try home.koubouctl("export").lines
        lines[1049] = "rubbish"
        let output = try other(home, "import", stdin: Array(lines.joined(separator: "\n").utf8))
        #expect(output.status == 65)
        #expect(output.lines.count == 1000)
        #expect(output.errors.contains("line 1050 of stdin"))
        #expect(output.errors.contains("1000 tasks were stored, those before line 1001"))
        #expect(try other(home, "list", "--json").lines.count == 1000)
    }

    @Test(arguments: [
        ("\"status\":\"completed\"", "\"status\":\"done\"", "in_progress"),
        ("\"ended_at\":\"2", "\"ended_at\":\"x", "a time of UTC"), ("\"ended_at\":", "\"ended_a\":", "did you mean 'ended_at'?"),
        ("\"attempt\":1,", "\"attempt\":-1,", "from 0 to"), ("\"outcome\":\"completed\"", "\"outcome\":\"x\"", "outcome IN"),
        ("\"priority\":5,", "", "'priority' is missing"), ("\"result\":\"x\\n\"", "\"result_base64\":\"*\"", "base64"), ("\"result\":", "\"result_base64\":\"eA==\",\"result\":", "both"),
        ("\"result_file\":null", "\"result_file\":\"../x\"", "without its bytes"), ("\"signal\":null", "\"signal\":999", "to 64"),
        ("\"events\":[", "\"events\":[7,", "array of objects"), ("\"type\":\"shell\"", "\"type\":\"\\ud800\"", "no text"),
        ("\"task_id\":1,", "\"task_id\":9223372036854775807,", "9007199254740992"), ("\"task_id\":1,", "", "task_id"),
        ("\"peak_memory\":", "\"peak\":", "peak_memory"), ("\"claim\":1", "\"claim\":\"x\"", "whole number"),
    ])
    func aLineThatIsWrongIsRefused(old: String, new: String, named: String) throws {
        let home = try Home()
        try home.koubouctl("submit", "echo x")
        try home.run(["koubou-worker", "--drain"])
        let line = try home.koubouctl("export").text
        let parts = line.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        #expect(parts.count == 2, "\(line)")
        let output = try other(home, "import", stdin: Array(parts.joined(separator: new).utf8))
        #expect(output.status == 65)
        #expect(output.errors.contains(named) && output.errors.contains("line 1"), "\(output.errors)")
        #expect(output.errors.hasSuffix("nothing was stored"))
        #expect(try other(home, "list", "--json").stdout == [])
        #expect(try other(home, "check").text == "ok")
    }
}
