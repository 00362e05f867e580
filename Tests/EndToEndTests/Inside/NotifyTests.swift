import Glibc
import KoubouCore
import Testing

/// Commands that are run because a task has ended.
@Suite struct NotifyTests {
    private func lines(_ name: String, in home: Home) -> [String] {
        ((try? home.read(name)) ?? "").split(separator: "\n").map(String.init)
    }

    @Test func theEndsThatAreWantedAreTold() throws {
        let home = try Home()
        try home.configure("[notify]\non = failed, cancelled\ncommand = sh -c 'jq -c \"[.task_id,.status,.result]\" >> $HOME/told'\n")
        let supervisor = try home.startSupervisor()
        let good = try home.handIn("echo fine")
        let bad = try home.handIn("echo no; exit 1")
        let own = try home.handIn("--notify", "sh -c 'jq -r .title > own'", "--title", "it's mine", "true")
        let late = try home.handIn("--delay", "1h", "true")
        #expect(try home.koubouctl("cancel", late).status == 0)
        try eventually(["[\(bad),\"failed\",\"no\\n\"]", "[\(late),\"cancelled\",null]"]) { lines("told", in: home).sorted() }
        try eventually(["it's mine"]) { lines("own", in: home) }
        #expect(try home.field("notify", of: own) == #"["sh","-c","jq -r .title > own"]"#)
        #expect(try home.end(of: good, own) == 0)
        try eventually("0") { try home.shell("sqlite3 home/db/koubou.db 'SELECT count(*) FROM notification'").text }
        supervisor.signal(SIGTERM)
    }

    /// What ends while nobody is there to tell, or is being told when the supervisor dies, is told by the next one.
    @Test func nothingIsForgotten() throws {
        let home = try Home()
        try home.configure("[notify]\ntimeout = 1h\ncommand = sh -c 'jq .task_id >> $HOME/begun; if [ -e $HOME/hang ]; then echo >> $HOME/hanging; exec sleep 1000; fi; echo >> $HOME/told'\n")
        let first = try home.handIn("true")
        let second = try home.handIn("exit 1")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        try home.write("", to: "hang")
        var supervisor = try home.startSupervisor()
        try eventually([first, second]) { lines("begun", in: home).sorted() }
        try eventually(2) { ((try? home.read("hanging")) ?? "").count }
        supervisor.signal(SIGKILL)
        #expect(try supervisor.status() == 137)
        unlink(home.folder + "/hang")
        supervisor = try home.startSupervisor()
        try eventually([first, first, second, second]) { lines("begun", in: home).sorted() }
        try eventually(2) { ((try? home.read("told")) ?? "").count }
        supervisor.signal(SIGTERM)
    }

    @Test func whatEndedElsewhereIsToldToNobody() throws {
        let (other, home) = (try Home(), try Home())
        _ = try other.handIn("true")
        #expect(try other.run(["koubou-worker", "--drain"]).status == 0)
        try home.configure("[notify]\ncommand = sh -c 'jq .task_id >> $HOME/told'\n")
        let own = try home.handIn("true")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.koubouctl("import", "--renumber", stdin: other.koubouctl("export").text + "\n").text == "2")
        let late = try home.handIn("true")
        let supervisor = try home.startSupervisor()
        try eventually([own, late]) { lines("told", in: home).sorted() }
        supervisor.signal(SIGTERM)
    }

    @Test func oneThatHangsHoldsUpNobody() throws {
        let home = try Home()
        try home.configure("[notify]\ntimeout = 1h\ncommand = sh -c 'echo >> $HOME/begun; exec sleep 1000'\n")
        let supervisor = try home.startSupervisor()
        for _ in 0..<8 { _ = try home.handIn("true") }
        try eventually(4) { ((try? home.read("begun")) ?? "").count }
        let task = try home.handIn("echo went on")
        #expect(try home.end(of: task) == 0)
        // A worker that dies is taken leave of as ever, and takes no notification with it.
        try home.worker().process.send(SIGKILL)
        try eventually(1) { home.logged("worker died").count }
        try eventually(true) { ProcessTable.holding(environment: ["KOUBOU_HOME=\(home.path)"]).count >= 4 }
        #expect(try home.read("begun").count == 4)
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
        #expect(try home.shell("sqlite3 home/db/koubou.db 'SELECT count(*) FROM notification'").text == "9")
    }

    @Test func oneThatTakesTooLongIsEnded() throws {
        try withGrowingLimit([0.3, 3, 30]) { limit in
            let home = try Home()
            try home.configure(
                "[task]\nkill_grace = \(limit)s\n[notify]\ntimeout = \(limit)s\n"
                    + "command = sh -c 'trap \"echo TERM >> $HOME/told\" TERM; echo begun >> $HOME/told; while :; do sleep 0.01; done'\n")
            let supervisor = try home.startSupervisor()
            let task = try home.handIn("true")
            try eventually(1) { home.logged("notification failed").count }
            guard lines("told", in: home) == ["begun", "TERM"] else { return false }
            #expect(home.logged("notification failed")[0].contains("killed by signal KILL"))
            #expect(home.logged("notification takes too long").count == 1)
            #expect(home.supervisorLog.contains("task=\(task) limit=\(DurationText.text(.seconds(limit)))"))
            try eventually("0") { try home.shell("sqlite3 home/db/koubou.db 'SELECT count(*) FROM notification'").text }
            supervisor.signal(SIGTERM)
            return true
        }
    }

    @Test func whatCannotBeRunIsLogged() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        _ = try home.handIn("--notify", "no-such-program", "true")
        _ = try home.handIn("--notify", "sh -c 'exit 7'", "true")
        try home.shell("mkdir gone")
        try home.koubouctl("submit", "--notify", "touch told", "rmdir \"$PWD\"", in: home.folder + "/gone")
        try eventually(1) { home.logged("notification not sent").count }
        try eventually(1) { home.logged("notification failed").count }
        try eventually(true) { home.exists("home/told") }
        for words in ["", "'", " "] { #expect(try home.koubouctl("submit", "--notify", words, "true").status == 64) }
        supervisor.signal(SIGTERM)
    }
}
