import Glibc
import Testing

/// `events`: what has happened, in order, without gaps or doubles.
struct EventsTests {
    private static func seqs(_ output: String) -> [Int] {
        output.split(separator: "\n").compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
    }

    @Test func oneLineEach() throws {
        let home = try Home()
        let id = try home.handIn("exit 3")
        let supervisor = try home.startSupervisor()
        #expect(try home.end(of: id) == 3)
        let lines = try home.koubouctl("events").lines
        let time = #"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{3})?\+00:00"#
        #expect(lines.count == 3)
        for (line, form) in zip(lines, [
            "1 \(time) task 1 - → pending", "2 \(time) task 1 pending → in_progress worker_001 attempt 1",
            "3 \(time) task 1 in_progress → failed worker_001 attempt 1: exit status 3",
        ]) { #expect(try line.wholeMatch(of: Regex(form)) != nil, "\(line)") }
        let json = try home.koubouctl("events", "--json", "-n", "1").text
        #expect(try home.keys(json) == ["seq", "at", "task_id", "from", "to", "worker_id", "attempt", "detail"])
        #expect(try home.json(json, "$.detail") == "exit status 3")
        #expect(supervisor.isRunning)
    }

    @Test func theyCanBeChosen() throws {
        let home = try Home()
        try home.koubouctl("submit", "--lines", stdin: "a\nb\nc\n")
        try home.koubouctl("submit", "--tag", "x", "--", "true")
        try home.koubouctl("cancel", "2")
        func seqs(_ words: String...) throws -> [Int] {
            let output = try home.run(["koubouctl", "events"] + words)
            #expect(output.status == 0 && output.errors == "")
            return Self.seqs(output.text)
        }
        #expect(try seqs() == [1, 2, 3, 4, 5])
        #expect(try seqs("2") == [2, 5])
        #expect(try seqs("2", "4") == [2, 4, 5])
        #expect(try seqs("--status", "cancelled") == [5])
        #expect(try seqs("-t", "exec") == [4])
        #expect(try seqs("--tag", "x") == [4])
        #expect(try seqs("--since", "3") == [4, 5])
        #expect(try seqs("--since", "9223372036854775807") == [])
        #expect(try seqs("-n", "2") == [4, 5])
        #expect(try seqs("--since", "2", "2") == [5])
    }

    @Test(arguments: [
        (["--since", "-1"], 64), (["--since", "99999999999999999999"], 64), (["--since", "1", "-n", "2"], 64), (["x"], 64),
        (["1", "--tag", "x"], 64), (["7"], 66), (["-t", "nope"], 64), (["--status", "nope"], 64),
    ] as [([String], Int32)])
    func mistakesAreNamed(_ words: [String], _ status: Int32) throws {
        let output = try Home().run(["koubouctl", "events"] + words)
        #expect(output.status == status && output.text == "" && output.errors.split(separator: "\n").count == 1, "\(output)")
    }

    /// Through the work of a pool, a restart of it, and prune.
    @Test func followedThereAreNeitherGapsNorDoubles() throws {
        let home = try Home()
        _ = try home.openStore()
        let all = try home.start("koubouctl", "events", "-f", "--since", "0")
        let late = try home.start("koubouctl", "events", "-f", "--json", "--since", "2")
        var supervisor = try home.startSupervisor()
        for round in 1...2 {
            try home.koubouctl("submit", "--lines", "--wait", stdin: String(repeating: "true\n", count: 20))
            try eventually(round * 60) { Self.seqs(all.stdout).count }
            try eventually(round * 60 - 2) { late.stdout.split(separator: "\n").count }
            if round == 1 {
                try home.koubouctl("prune", "--all")
                supervisor.signal(SIGTERM)
                #expect(try supervisor.status() == 0)
                supervisor = try home.startSupervisor()
            }
        }
        #expect(Self.seqs(all.stdout) == Array(1...120))
        #expect(late.stdout.hasPrefix(#"{"seq":3,"#))
        all.signal(SIGINT)
        late.signal(SIGTERM)
        #expect(try all.status() == 130)
        #expect(try late.status() == 143)
        #expect(all.stderr == "" && late.stderr == "")
    }

    @Test func followedWithoutABeginningOnlyNewOnesAreShown() throws {
        let home = try Home()
        try home.koubouctl("submit", "--lines", stdin: "a\nb\nc\n")
        let new = try home.start("koubouctl", "events", "-f")
        let two = try home.start("koubouctl", "events", "-f", "-n", "2")
        let one = try home.start("koubouctl", "events", "-f", "3", "--since", "0")
        try eventually([2, 3]) { Self.seqs(two.stdout) }
        try eventually([3]) { Self.seqs(one.stdout) }
        // It says nothing before there is something new.
        try eventually(false) {
            try home.koubouctl("submit", "d")
            return new.stdout.isEmpty
        }
        #expect(try #require(Self.seqs(new.stdout).first) > 3)
        try home.koubouctl("cancel", "3")
        try eventually(true) { new.stdout.contains("task 3 pending → cancelled") }
        try eventually(2) { Self.seqs(one.stdout).count }
        let seen = Self.seqs(two.stdout)
        #expect(seen == Array(2..<2 + seen.count), "neither gaps nor doubles")
    }

    @Test func aReaderThatLeavesEndsItAtOnce() throws {
        let home = try Home()
        try home.koubouctl("submit", "--lines", stdin: "a\nb\nc\n")
        // Nothing happens any more: that the reader has left must be seen without a write.
        let output = try home.shell("koubouctl events -f --since 0 | head -1; koubouctl events --json | head -1 | wc -l")
        #expect(output.lines.count == 2 && output.lines[0].hasSuffix("task 1 - → pending"))
        #expect(output.errors == "")
    }

    @Test func onATerminalTheNewestAreShown() throws {
        let home = try Home()
        try home.koubouctl("submit", "--lines", stdin: String(repeating: "true\n", count: 60))
        let terminal = try PseudoTerminal(home, "koubouctl", "events", columns: 80, rows: 100)
        #expect(try terminal.status() == 0)
        #expect(Self.seqs(terminal.screen.text) == Array(11...60))
    }
}
