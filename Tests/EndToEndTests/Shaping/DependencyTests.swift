import Glibc
import KoubouCore
import Testing

/// submit --after, --after-any, and what show draws of them.
@Suite struct DependencyTests {
    /// Not only the task itself says why, but also the event, for who follows these.
    @Test func theEventOfACancelSaysWhy() throws {
        let home = try Home()
        try home.koubouctl("submit", "exit 1")
        try home.koubouctl("submit", "--after", "1", "true")
        try home.koubouctl("submit", "--after", "2", "true")
        try home.koubouctl("submit", "--delay", "1h", "true")
        try home.koubouctl("submit", "--after", "4", "true")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        try home.koubouctl("cancel", "4")
        let lines = try home.koubouctl("events", "--status", "cancelled").lines
        let details = lines.map { $0.split(separator: " ", maxSplits: 4).last.map(String.init) ?? "" }
        #expect(
            details == [
                "2 blocked → cancelled: task 1 failed",
                "3 blocked → cancelled: task 2 was cancelled, as task 1 failed", "4 scheduled → cancelled",
                "5 blocked → cancelled: task 4 was cancelled",
            ])
        let json = try home.koubouctl("events", "--json", "3").lines.last ?? ""
        #expect(try home.json(json, "$.detail") == "task 2 was cancelled, as task 1 failed")
        #expect(try home.field("error", of: "3") == "task 2 was cancelled, as task 1 failed")
    }

    @Test func runsInTheOrderOfDependencies() throws {
        let home = try Home()
        let first = try home.handIn("-p", "1", "echo first >> order")
        let second = try home.handIn("-p", "5", "--after", first, "echo second >> order")
        let third = try home.handIn("-p", "9", "--after", "\(first),\(second)", "echo third >> order")
        #expect(try [second, third].map { try home.field("status", of: $0) } == ["blocked", "blocked"])
        let supervisor = try home.startSupervisor()
        #expect(try home.end(of: first, second, third) == 0)
        #expect(try home.read("order") == "first\nsecond\nthird\n")
        #expect(supervisor.isRunning)
    }

    @Test func aFailureCancelsWhatNeedsItAndSaysWhy() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let first = try home.handIn("\(gate.command); exit 3")
        let second = try home.handIn("--after", first, "touch second")
        let third = try home.handIn("--after", second, "touch third")
        let whatever = try home.handIn("--after-any", third, "--after-any", first, "touch whatever")
        let supervisor = try home.startSupervisor("--poll", "1h")
        let waiter = try home.start("koubouctl", "wait", third)
        try eventually(TaskState.inProgress) { try home.state(of: first) }
        gate.open()
        #expect(try waiter.status() == 130, "who waits is told, without a poll")
        #expect(try home.end(of: whatever) == 0)
        #expect(try [second, third].map { try home.field("status", of: $0) } == ["cancelled", "cancelled"])
        #expect(try home.field("error", of: second) == "task \(first) failed")
        #expect(try home.field("error", of: third) == "task \(second) was cancelled, as task \(first) failed")
        #expect(home.exists("whatever") && !home.exists("second") && !home.exists("third"))
        #expect(supervisor.isRunning)
    }

    @Test func idsMayBeGivenAsTheyWerePrinted() throws {
        let home = try Home()
        let ids = try home.handIn("--lines", stdin: "true\ntrue\ntrue\n")
        #expect(ids == "1\n2\n3")
        #expect(try home.field("after", of: home.handIn("--after", ids, "--after", "1, 2", "true")) == "[1,2,3]")
    }

    @Test func aCancelCancelsWhatNeedsIt() throws {
        let home = try Home()
        let first = try home.handIn("true")
        let second = try home.handIn("--after", first, "true")
        let any = try home.handIn("--after-any", first, "true")
        #expect(try home.koubouctl("cancel", first).status == 0)
        #expect(try home.field("error", of: second) == "task \(first) was cancelled")
        #expect(try home.field("status", of: any) == "pending")
        #expect(try home.koubouctl("wait", second).status == 130)
    }

    @Test func whatHasEndedAlreadyCountsAtOnce() throws {
        let home = try Home()
        let (good, bad) = (try home.handIn("true"), try home.handIn("false"))
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.field("status", of: home.handIn("--after", good, "--after-any", bad, "true")) == "pending")
        let hopeless = try home.koubouctl("submit", "--after", "\(good),\(bad)", "true")
        #expect(hopeless.status == 0)
        #expect(try home.field("status", of: hopeless.text) == "cancelled")
        #expect(try home.field("error", of: hopeless.text) == "task \(bad) failed")
        let waited = try home.koubouctl("submit", "--wait", "--after", bad, "true")
        #expect(waited.status == 130)
        #expect(waited.errors.hasSuffix("cancelled: task \(bad) failed"))
    }

    @Test func aChainIsRevivedByRetry() throws {
        let home = try Home()
        let first = try home.handIn("test -e there")
        let second = try home.handIn("--after", first, "true")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.field("status", of: second) == "cancelled")
        try home.write("", to: "there")
        #expect(try home.koubouctl("retry", second).status == 0)
        #expect(try home.field("status", of: second) == "blocked", "what it needs has not completed")
        #expect(try home.koubouctl("retry", first).status == 0)
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try [first, second].map { try home.field("status", of: $0) } == ["completed", "completed"])
    }

    @Test func thePoolGrowsForWhatIsReleased() throws {
        let home = try Home()
        let (start, gate) = (try Gate(in: home, named: "start"), try Gate(in: home))
        let first = try home.handIn(start.command)
        for _ in 0..<12 { _ = try home.handIn("--after", first, gate.command) }
        let supervisor = try home.startSupervisor("--max", "4")
        try eventually(TaskState.inProgress) { try home.state(of: first) }
        try home.awaitLook()
        #expect(try home.workers().count == 1, "what is blocked is no load")
        start.open()
        try eventually(4) { try home.count(.inProgress) }
        gate.open()
        try eventually(13) { try home.count(.completed) }
        #expect(supervisor.isRunning)
    }

    @Test func showDrawsTheTree() throws {
        let home = try Home()
        let first = try home.handIn("--title", "fetch", "true")
        let second = try home.handIn("--title", "the \"big\" build", "--after", first, "true")
        let third = try home.handIn("--title", "report", "--after-any", second, "true")
        let shown = try home.koubouctl("show", second).lines
        #expect(Array(shown.suffix(4)) == [
            "depends on", "└── 1 pending  fetch", "needed by", "└── 3 blocked  report (any end)",
        ])
        #expect(try home.koubouctl("show", "--dot", second, third).text == #"""
            digraph koubou {
              rankdir=LR;
              node [shape=box, style=rounded];
              1 [label="1 pending\nfetch", color=black];
              2 [label="2 blocked\nthe \"big\" build", color=black];
              3 [label="3 blocked\nreport", color=black];
              1 -> 2;
              2 -> 3 [style=dashed];
            }
            """#)
        let json = try home.koubouctl("list", "--json").lines
        #expect(try home.json(json[1], "$.after") == "[1]")
        #expect(try home.json(json[2], "$.after_any") == "[2]")
        #expect(try !home.koubouctl("show", try home.handIn("true")).text.contains("depends on"))
    }
}
