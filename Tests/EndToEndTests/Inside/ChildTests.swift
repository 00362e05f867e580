import KoubouCore
import Testing

/// Tasks that tasks hand in.
@Suite struct ChildTests {
    private static let path = "PATH=\(Home.programs):$PATH; "

    @Test func aTaskKnowsItsParentAndItsChildren() throws {
        let home = try Home()
        let parent = try home.handIn(
            Self.path + "koubouctl submit true; koubouctl submit --jsonl; koubouctl submit --no-parent true; "
                + "koubouctl --home \(home.folder)/other submit true")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        let children = try home.koubouctl("result", parent).lines
        #expect(children.count == 3, "stdin was empty: --jsonl has handed in nothing")
        #expect(try home.field("parent", of: children[0]) == parent)
        #expect(try home.field("parent", of: children[1]) == "", "--no-parent")
        #expect(try home.field("children", of: parent) == "[\(children[0])]")
        let shown = try home.koubouctl("show", "--json", children[0]).text
        #expect(try home.json(shown, "$.parent") == parent)
        #expect(try home.shell("koubouctl --home other show --field parent 1").text == "", "a task of another home is none")
    }

    @Test func whatBecomesOfTheParentIsNothingToItsChildren() throws {
        let home = try Home()
        let parent = try home.handIn(Self.path + "koubouctl submit 'echo did'; exit 4")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.state(of: parent) == .failed)
        #expect(try home.koubouctl("result", "2").text == "did")
    }

    /// By its threshold alone a pool of one would let the parent wait for ever.
    @Test func aParentMayWaitForItsChild() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let parent = try home.handIn(
            Self.path + "koubouctl submit --wait --env PATH 'koubouctl submit --wait \"echo deep\"'; exit $?")
        #expect(try home.end(of: parent) == 0)
        #expect(try home.koubouctl("result", parent).text == "deep")
        #expect(try home.koubouctl("stats", "--json").text.contains("all busy, a child task is pending"))
        supervisor.signal(15)
    }

    @Test func aCancelReachesAllThatIsBelow() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "4", "--threshold", "0.1")
        // A grandchild that runs below a child that has ended, one that waits, and another tree.
        let parent = try home.handIn(
            Self.path + "koubouctl submit --env PATH \"koubouctl submit \\\"\(gate.command)\\\"; koubouctl submit --delay 1h true\"; "
                + "touch ready; \(gate.command)")
        let other = try home.handIn("--delay", "1h", "true")
        try eventually(5) { try home.koubouctl("list", "--json").lines.count }
        // The child has ended, and the grandchild runs.
        try eventually(1) { try home.count(.completed) }
        try eventually(2) { try home.count(.inProgress) }
        #expect(try home.koubouctl("cancel", parent).status == 0)
        #expect(try home.count(.inProgress) == 0, "cancel returns when all of them have ended")
        #expect(try home.count(.cancelled) == 3)
        #expect(try home.count(.completed) == 1, "what had ended stays as it is")
        #expect(try home.state(of: other) == .scheduled)
        supervisor.signal(15)
    }

    @Test func whoIsCancelledHandsInNothingMore() throws {
        let home = try Home()
        try home.configure("[task]\nkill_grace = 10m\n")
        let supervisor = try home.startSupervisor()
        let task = try home.handIn(
            Self.path + "trap 'koubouctl submit true > late 2>&1; exit' TERM; touch ready; while :; do sleep 0.01; done")
        try eventually(true) { home.exists("ready") }
        #expect(try home.koubouctl("cancel", task).status == 0)
        #expect(try home.read("late").contains("task \(task) is cancelled, and can hand in no more tasks"))
        #expect(try home.koubouctl("list", "--json").lines.count == 1)
        supervisor.signal(15)
    }

    /// Each task hands in itself twice.
    @Test func aForkBombEnds() throws {
        let home = try Home()
        try home.configure("[task]\nmax_depth = 3\n")
        try home.write("\(Self.path) koubouctl submit -- sh bomb && koubouctl submit -- sh bomb\n", to: "bomb")
        _ = try home.handIn("--", "sh", "bomb")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.count(.completed) == 7)
        #expect(try home.count(.failed) == 8, "the deepest ones were refused")
        #expect(try home.koubouctl("list", "--json").lines.count == 15)
        let deepest = try #require(home.koubouctl("list", "--json", "--status", "failed").lines.last)
        let id = try home.json(deepest, "$.task_id")
        #expect(try home.field("stderr", of: id).contains("may hand in no tasks, as it lies 3 deep: raise max_depth in [task], or use --no-parent"))
    }
}
