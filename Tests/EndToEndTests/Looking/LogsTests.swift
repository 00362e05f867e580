import Testing

/// `logs`: how much of it, and for how long.
struct LogsTests {
    @Test func theLastLinesOfATask() throws {
        let home = try Home()
        let id = try home.handIn("seq 1 1000; seq 1 5 >&2; exit 3")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        for follow in [[], ["-f"]] {
            let logs = try home.run(["koubouctl", "logs", "-n", "2"] + follow + [id])
            #expect(logs.lines == ["999", "1000"] && logs.errors == "4\n5")
            #expect(logs.status == (follow.isEmpty ? 0 : 3))
        }
        #expect(try home.koubouctl("logs", "-n", "0", id).stdout == [])
        #expect(try home.koubouctl("logs", "-n", "9999", id).lines.count == 1000)
    }

    @Test func ofALargeOutputToo() throws {
        let home = try Home()
        let id = try home.handIn("seq 1 100000")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.koubouctl("logs", "-n", "2", id).lines == ["99999", "100000"])
        #expect(try home.koubouctl("logs", "-n", "2", "-f", id).lines == ["99999", "100000"])
    }

    @Test func followedFromItsLastLinesThroughRetries() throws {
        let home = try Home()
        try home.configure("[type shell]\nmax_attempts = 2\nbackoff_min = 1ms\n")
        let gate = try Gate(in: home)
        let id = try home.handIn("seq 1 3; echo done; \(gate.command); echo end $KOUBOU_ATTEMPT; test $KOUBOU_ATTEMPT = 2")
        _ = try home.startSupervisor()
        try eventually(true) { try home.koubouctl("logs", id).text.contains("done") }
        let logs = try home.start("koubouctl", "logs", "-f", "-n", "2", id)
        try eventually("3\ndone\n") { logs.stdout }
        gate.open()
        #expect(try logs.status() == 0)
        #expect(logs.stdout == "3\ndone\nend 1\n1\n2\n3\ndone\nend 2\n")
    }

    @Test func theLastLinesOfALog() throws {
        let home = try Home()
        _ = try home.queue()
        try home.write("one\ntwo\nthree\n", to: "home/logs/worker_pool.log")
        #expect(try home.koubouctl("logs", "-n", "2").text == "two\nthree")
        let follower = try home.start("koubouctl", "logs", "-f", "-n", "1")
        try eventually("three\n") { follower.stdout }
        try home.shell("echo four >> home/logs/worker_pool.log")
        try eventually("three\nfour\n") { follower.stdout }
        try home.shell("cd home/logs && mv worker_pool.log x && printf 'five\\nsix\\n' > y && mv y worker_pool.log")
        try eventually("three\nfour\nfive\nsix\n") { follower.stdout }
    }

    /// Nothing is written any more: that the reader has left must be seen all the same.
    @Test func aReaderThatLeavesEndsItAtOnce() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let id = try home.handIn("echo one; \(gate.command)")
        _ = try home.startSupervisor()
        let output = try home.shell("koubouctl logs -f | head -1 | wc -l; koubouctl logs -f \(id) | head -1")
        #expect(output.lines == ["1", "one"])
        #expect(output.errors == "")
        #expect(try home.state(of: id) == .inProgress)
    }

    @Test(arguments: [["-n", "-1"], ["-n", "x"], ["-n", "99999999999999999999"], ["--lines"]])
    func mistakesAreNamed(_ words: [String]) throws {
        let output = try Home().run(["koubouctl", "logs"] + words)
        #expect(output.status == 64 && output.text == "" && output.errors.split(separator: "\n").count == 1)
    }
}
