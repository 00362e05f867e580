import Testing

@Suite struct ListShowTests {
    private static let listed = [
        "task_id", "type", "status", "priority", "title", "argv", "cwd", "env", "tags", "attempt", "max_attempts",
        "timeout", "created_at", "updated_at", "run_at", "started_at", "ended_at", "worker_id", "pid", "exit_status",
        "signal", "error", "metadata", "slots", "key", "recurring", "parent", "notify", "progress", "progress_message", "after", "after_any",
    ]

    /// Not what stands on its stdin.
    @Test func theTitleOfACommandIsItsWords() throws {
        let home = try Home()
        try home.koubouctl("submit", "--stdin", "--", "wc", "-c", stdin: "y\ny\n")
        #expect(try home.koubouctl("list").lines[1].contains(/\d[smh]  wc -c$/))
        #expect(try home.koubouctl("list", "--format", "{title}").text == "wc -c")
        try home.koubouctl("every", "1h", "--stdin", "--", "wc", "-l", stdin: "y\n")
        #expect(try home.koubouctl("every", "--list").lines[1].hasSuffix("  exec  wc -l"))
    }

    @Test func theFieldsAreTheSchemasWords() throws {
        let home = try Home()
        let id = try home.koubouctl("submit", "true").text
        let list = try home.keys(home.koubouctl("list", "--json").text)
        let show = try home.keys(home.koubouctl("show", "--json", id).text)
        #expect(Set(list) == Set(Self.listed))
        #expect(Set(show).isSuperset(of: Self.listed + ["prompt", "result", "stderr", "attempts"]))
        for absent in ["title", "argv", "run_at", "worker_id", "pid", "exit_status", "signal", "error"] {
            #expect(try home.json(home.koubouctl("list", "--json").text, "$.\(absent)") == "", "\(absent) is null")
        }
    }

    @Test func aRunningTaskTellsItsProcess() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let id = try home.koubouctl("submit", "echo $$; sleep 1000").text
        try eventually(true) { !(try home.field("pid", of: id)).isEmpty }
        try eventually(try home.field("pid", of: id)) { try home.koubouctl("logs", id).text }
        #expect(try home.field("worker_id", of: id) == "worker_001")
        try home.koubouctl("cancel", id)
        #expect(try home.field("pid", of: id) == "")
        #expect(try home.field("signal", of: id) == "15")
        #expect(try home.field("error", of: id) == "cancelled")
        supervisor.signal(15)
    }

    @Test func filters() throws {
        let home = try Home()
        try home.koubouctl("submit", "--tag", "a", "one")
        try home.koubouctl("submit", "--tag", "a", "--tag", "b", "-t", "code", "two")
        try home.koubouctl("submit", "--", "three")
        try home.koubouctl("cancel", "1")
        for (options, ids) in [
            ([], ["1", "2", "3"]), (["--status", "pending"], ["2", "3"]), (["--status", "cancelled"], ["1"]),
            (["--status", "cancelled", "--status", "pending"], ["1", "2", "3"]), (["-t", "code"], ["2"]),
            (["--tag", "a"], ["1", "2"]), (["--tag", "a", "--status", "pending"], ["2"]), (["-n", "2"], ["2", "3"]),
            (["--all"], ["1", "2", "3"]), (["--tag", "none"], []),
        ] as [([String], [String])] {
            let lines = try home.run(["koubouctl", "list", "--json"] + options).lines
            #expect(try lines.map { try home.json($0, "$.task_id") } == ids, "\(options)")
        }
    }

    /// Every command that chooses tasks takes lists, and so does HTTP.
    @Test func severalValuesAreChosenByAListOrByRepeating() throws {
        let home = try Home.served()
        try home.koubouctl("submit", "--tag", "a,b", "true")
        try home.koubouctl("submit", "--tag", "c", "--", "false")
        try home.koubouctl("submit", "-t", "general", "--delay", "1h", "x")
        #expect(try home.field("tags", of: "1") == #"["a","b"]"#)
        func ids(_ words: String...) throws -> [String] {
            try home.run(["koubouctl", "list", "--format", "{task_id}"] + words).lines
        }
        #expect(try ids("--status", "scheduled,pending") == ["1", "2", "3"])
        #expect(try ids("--status", "scheduled", "--status=failed") == ["3"])
        #expect(try ids("-t", "exec,general") == ["2", "3"] && ids("-texec", "-tshell") == ["1", "2"])
        #expect(try ids("--tag", "b,c") == ["1", "2"] && ids("--tag", "b,c", "-t", "exec,general") == ["2"])
        #expect(try home.koubouctl("events", "--status", "scheduled,failed", "-t", "general").lines.count == 1)
        #expect(try home.koubouctl("export", "--tag", "b,c").lines.count == 2)
        let served = try ServedHome(home)
        #expect(try served.value("/tasks?status=pending,scheduled&type=exec,general", "$.tasks[#-1].task_id") == "2")
        #expect(try served.value("/tasks?tag=b,c", "$.tasks[#-1].task_id") == "1")
        try home.koubouctl("cancel", "--tag", "a,c")
        #expect(try ids("--status", "cancelled") == ["1", "2"])
        #expect(try home.koubouctl("prune", "--status", "failed,cancelled").text == "2")
        let wrong = try home.koubouctl("list", "--status", "pending,done")
        #expect(wrong.status == 64 && wrong.errors.hasPrefix("koubouctl: --status is 'done': write blocked, "))
        #expect(try home.koubouctl("list", "-t", "exec,shel").errors.contains("did you mean 'shell'?"))
    }

    @Test func theTableIsForPeople() throws {
        let home = try Home()
        try home.koubouctl("submit", "--title", "a\u{1b}[31mb", "x")
        let lines = try home.koubouctl("list").lines
        #expect(lines.count == 2)
        #expect(lines[0].split(separator: " ").map(String.init) == ["ID", "TYPE", "STATUS", "PRIO", "AGE", "TITLE"])
        #expect(lines[1].hasSuffix(#"a\u001b[31mb"#), "control characters can't steer a terminal")
    }

    @Test func showTellsEverything() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        try home.koubouctl("submit", "--wait", "echo out; echo err >&2; exit 5")
        let text = try home.koubouctl("show", "1").text
        for part in [
            "status        failed", "exit_status   5", "result        out", "attempt 1     failed on worker_001",
            "| err",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        let json = try home.koubouctl("show", "--json", "1").text
        #expect(try home.json(json, "$.result") == "out\n")
        #expect(try home.json(json, "$.stderr") == "err\n")
        #expect(try home.json(json, "$.error") == "exit status 5")
        #expect(try home.json(json, "$.attempts[0].outcome") == "failed")
        supervisor.signal(15)
    }

    @Test func oneFieldOfEachTask() throws {
        let home = try Home()
        try home.koubouctl("submit", "--tag", "a", "--title", "first", "--", "echo", "a b")
        try home.koubouctl("submit", "two")
        for (field, values) in [
            ("task_id", "1\n2\n"), ("type", "exec\nshell\n"), ("title", "first\n\n"), ("tags", "[\"a\"]\n[]\n"),
            ("argv", "[\"echo\",\"a b\"]\n\n"), ("prompt", "\ntwo\n"), ("exit_status", "\n\n"),
        ] {
            let output = try home.koubouctl("show", "--field", field, "1", "2")
            #expect(output.stdout == Array(values.utf8), "\(field)")
            #expect(output.status == 0)
        }
        #expect(try home.koubouctl("show", "--json", "1", "2").lines.count == 2)
        #expect(try home.koubouctl("show", "2", "99").stdout == [], "all, or none")
    }

    @Test func aPromptCannotSteerTheTerminal() throws {
        let home = try Home()
        try home.koubouctl("submit", "one\u{1b}[2J\ntwo\r")
        let text = try home.koubouctl("show", "1").text
        #expect(text.contains("prompt        one\\u001b[2J\n              two\\r"), "\(text)")
        #expect(!text.contains("\u{1b}"))
    }
}
