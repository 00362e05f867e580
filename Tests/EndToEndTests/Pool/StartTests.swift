import KoubouCore
import Testing

@Suite struct StartTests {
    @Test func severalAtOnceMakeOneSupervisor() throws {
        let home = try Home()
        let output = try home.shell(
            """
            for i in 1 2 3 4 5 6; do (koubouctl start > start-$i 2>&1; echo $? >> statuses) & done
            wait; cat start-*
            """)
        #expect(try home.read("statuses").split(separator: "\n").allSatisfy { $0 == "0" }, "\(output.text)")
        #expect(output.lines.count == 6)
        #expect(output.lines.count { $0.hasPrefix("supervisor started, with pid ") } == 1)
        #expect(Set(output.lines.map { $0.split(separator: " ").last }).count == 1)
        #expect(try home.koubouctl("stop").status == 0)
    }

    @Test func aPoolWritesItsLogsAnewWhenTheyWereDeleted() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--min", "1", "--max", "1")
        try eventually([.idle]) { try home.workers().map(\.status) }
        #expect(try home.shell("mv home/logs gone && rm -r gone").status == 0)
        try home.worker().process.send(9)
        try eventually(true) { home.supervisorLog.contains("worker died") }
        try eventually(true) { home.exists("home/logs/workers/worker_001.log") }
        #expect(supervisor.isRunning)
    }

    @Test func outputThatNobodyCanGetIsAnError() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        for command in ["list", "submit true", "stats"] {
            #expect(try home.shell("koubouctl \(command) >&-").status == 71)
        }
    }
}
