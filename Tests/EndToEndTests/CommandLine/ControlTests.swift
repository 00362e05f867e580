import Testing

/// edit, pause, prune, backup, check.
@Suite struct ControlTests {
    @Test func anEditedTaskRunsInItsNewOrder() throws {
        let home = try Home()
        let log = home.folder + "/log"
        for word in ["a", "b", "c"] { try home.koubouctl("submit", "echo \(word) >> \(log)") }
        #expect(try home.koubouctl("edit", "--priority", "9", "3").status == 0)
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.read("log") == "c\na\nb\n")
        #expect(try home.koubouctl("edit", "--priority", "9", "3").status == 65)
        #expect(try home.koubouctl("edit", "3").status == 64)
    }

    @Test func aPauseLastsUntilResume() throws {
        let home = try Home()
        #expect(try home.koubouctl("pause").status == 0)
        let first = try home.startSupervisor()
        let id = try home.koubouctl("submit", "true").text
        #expect(try home.koubouctl("stats").text.contains("paused: all types"))
        first.signal(15)
        #expect(try first.status() == 0)
        let second = try home.startSupervisor()
        #expect(try home.koubouctl("wait", "--timeout", "300ms", id).status == 75, "a restart does not end it")
        #expect(try home.koubouctl("resume").status == 0)
        #expect(try home.koubouctl("wait", id).status == 0)
        second.signal(15)
    }

    @Test func aTypeIsPausedAlone() throws {
        let home = try Home()
        #expect(try home.koubouctl("pause", "-t", "shell").status == 0)
        let held = try home.koubouctl("submit", "true").text
        let free = try home.koubouctl("submit", "--", "true").text
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.field("status", of: held) == "pending")
        #expect(try home.field("status", of: free) == "completed")
        #expect(try home.koubouctl("pause", "-t", "exec").status == 0)
        #expect(try home.koubouctl("resume", "-t", "shell").status == 0)
        let alsoHeld = try home.koubouctl("submit", "--", "true").text
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.field("status", of: held) == "completed")
        #expect(try home.field("status", of: alsoHeld) == "pending")
        #expect(try home.koubouctl("resume").status == 0, "of every type")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.field("status", of: alsoHeld) == "completed")
    }

    @Test func pruneDeletesForGood() throws {
        let home = try Home()
        try home.koubouctl("submit", "head -c 70000 /dev/zero")
        try home.koubouctl("submit", "exit 1")
        try home.run(["koubou-worker", "--drain"])
        try home.koubouctl("submit", "true")
        #expect(home.exists("home/results/1.out"))
        #expect(try home.koubouctl("prune", "--older-than", "1h").text == "0")
        #expect(try home.koubouctl("prune", "--dry-run").text == "2")
        #expect(try home.koubouctl("prune", "--status", "completed").text == "1")
        #expect(!home.exists("home/results/1.out"))
        #expect(try home.koubouctl("show", "1").status == 66)
        #expect(try home.koubouctl("prune", "--all").text == "1")
        #expect(try home.field("status", of: "3") == "pending")
        #expect(try home.koubouctl("submit", "true").text == "4", "no id is given twice")
        #expect(try home.koubouctl("check").text == "ok")
    }

    @Test func retentionPrunesByItself() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        try home.run(["koubou-worker", "--drain"])
        try home.configure("[task]\nretention = 1ms\n")
        let supervisor = try home.startSupervisor()
        try eventually(66) { try home.koubouctl("show", "1").status }
        supervisor.signal(15)
    }

    @Test func aBackupIsAQueue() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        try home.koubouctl("submit", "--wait", "echo kept")
        #expect(try home.koubouctl("backup", home.folder + "/copy.db").status == 0)
        #expect(try home.koubouctl("backup", home.folder + "/copy.db").status == 64, "nothing is overwritten")
        supervisor.signal(15)
        #expect(try supervisor.status() == 0)
        try home.shell("mkdir -m 700 -p other/db && mv copy.db other/db/koubou.db")
        #expect(try home.koubouctl("--home", home.folder + "/other", "result", "1").text == "kept")
        #expect(try home.koubouctl("--home", home.folder + "/other", "submit", "true").text == "2")
    }

    @Test func checkFindsAndRepairs() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        #expect(try home.koubouctl("check").text == "ok")
        try home.write("", to: "home/results/99.out")
        let found = try home.koubouctl("check")
        #expect(found.status == 1)
        #expect(found.text.contains("99.out"))
        #expect(try home.koubouctl("check", "--repair").status == 0)
        #expect(try home.koubouctl("check").text == "ok")
    }
}
