import KoubouCore
import Testing

/// `koubouctl progress`, from inside of a task.
@Suite struct TellingProgressTests {
    @Test func othersSeeHowFarATaskIs() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor()
        let task = try home.handIn(
            "--title", "long", "PATH=\(Home.programs):$PATH; koubouctl progress 40% halfway 'there, ü' && "
                + "koubouctl progress 40 halfway 'there, ü' && touch told && \(gate.command); exit 3")
        try eventually(true) { home.exists("told") }
        #expect(try home.field("progress", of: task) == "40")
        #expect(try home.field("progress_message", of: task) == "halfway there, ü")
        #expect(try home.koubouctl("list").text.contains("in_progress 40%"))
        #expect(try home.json(home.koubouctl("list", "--json").text, "$.progress") == "40")
        let events = try home.koubouctl("events", "--json").lines.filter { $0.contains("halfway") }
        #expect(events.count == 1, "the same told twice is told once")
        #expect(try home.json(#require(events.first), "$.detail") == "40% halfway there, ü")
        #expect(try home.json(#require(events.first), "$.to") == "in_progress")
        gate.open()
        #expect(try home.end(of: task) == 3)
        #expect(try home.field("progress", of: task) == "40", "how far it came")
        #expect(!(try home.koubouctl("list").text.contains("40%")))
        supervisor.signal(15)
    }

    @Test func anAttemptThatCountsNoMoreChangesNothing() throws {
        let home = try Home()
        try home.configure("[type shell]\nbackoff_min = 0\n")
        // The second attempt speaks in the name of the first one.
        let task = try home.handIn(
            "--max-attempts", "2",
            "PATH=\(Home.programs):$PATH; if [ $KOUBOU_ATTEMPT = 1 ]; then koubouctl progress 90; echo $KOUBOU_CLAIM > claim; exit 1; fi; "
                + "KOUBOU_CLAIM=$(cat claim) koubouctl progress 95 2> error; echo $? >> error")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.state(of: task) == .completed)
        #expect(try home.field("progress", of: task) == "", "each attempt begins anew")
        #expect(try home.read("error").contains("this attempt of task \(task) counts no more: nothing was noted\n75"))
    }

    @Test func elsewhereItIsAMistake() throws {
        let home = try Home()
        _ = try home.handIn("true")
        #expect(try home.koubouctl("progress", "40").status == 64)
        for words in [[], ["101"], ["-1"], ["4x"], ["99999999999999999999"], ["%"]] {
            #expect(try home.run(["koubouctl", "progress"] + words).status == 64)
        }
        home.environment += ["KOUBOU_TASK_ID=1", "KOUBOU_CLAIM=1"]
        let output = try home.koubouctl("progress", "40")
        #expect(output.status == 75 && output.errors.contains("counts no more"), "it does not run")
    }
}
