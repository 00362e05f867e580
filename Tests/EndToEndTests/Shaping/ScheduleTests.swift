import Glibc
import KoubouCore
import Testing

/// submit --delay and --at, and edit --at.
@Suite struct ScheduleTests {
    private static func runAt(_ time: String, zone: String, in home: Home) throws -> String {
        home.environment.append("TZ=\(zone)")
        defer { home.environment.removeLast() }
        return try home.field("run_at", of: home.handIn("--at", time, "true"))
    }

    @Test func aDelayIsKept() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--poll", "1h")
        let task = try home.handIn("--delay", "300ms", "true")
        #expect(try home.end(of: task) == 0)
        #expect(try home.field("started_at", of: task) >= home.field("run_at", of: task))
        #expect(supervisor.isRunning)
    }

    @Test func aWorkerByHandKeepsItToo() throws {
        let home = try Home()
        let task = try home.handIn("--delay", "1h", "true")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.field("status", of: task) == "scheduled")
        #expect(try home.koubouctl("edit", "--at", "2026-01-01T00:00:00Z", task).status == 0)
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.field("status", of: task) == "completed", "a time that has passed is now")
    }

    @Test func timesAreReadInTheirZone() throws {
        let home = try Home()
        #expect(try Self.runAt("2126-03-01T09:30:00.25+01:00", zone: "UTC", in: home) == "2126-03-01 08:30:00.250")
        #expect(try Self.runAt("2126-03-01t09:30:00z", zone: "IST-5:30", in: home) == "2126-03-01 09:30:00.000")
        #expect(try Self.runAt("09:30", zone: "UTC", in: home).hasSuffix(" 09:30:00.000"))
        let before = Clock.now
        let local = try #require(Timestamp(try Self.runAt("09:30", zone: "IST-5:30", in: home)))
        #expect(local.description.hasSuffix(" 04:00:00.000"))
        #expect(local > before && local - Clock.now <= .seconds(86_400))
    }

    @Test func aTaskWithoutATimeIsNotHeldUpByOneThatHas() throws {
        let home = try Home()
        let later = try home.handIn("-p", "10", "--at", "2126-03-01T09:30:00Z", "true")
        let now = try home.handIn("--at", "2020-03-01T09:30:00Z", "true")
        #expect(try home.field("status", of: now) == "pending")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try [later, now].map { try home.field("status", of: $0) } == ["scheduled", "completed"])
    }

    @Test func editChangesWhatWaitsAndWakesTheWorkers() throws {
        let home = try Home()
        let task = try home.handIn("--delay", "1h", "--timeout", "9s", "true")
        #expect(try home.koubouctl("edit", task, "--title", "a \"b\"", "--timeout", "0", "--priority", "7").status == 0)
        let shown = try home.koubouctl("show", "--json", task).text
        #expect(try ["title", "timeout", "priority", "status"].map { try home.json(shown, "$.\($0)") } == ["a \"b\"", "", "7", "scheduled"])
        let supervisor = try home.startSupervisor("--max", "1")
        try eventually([WorkerStatus.idle]) { try home.workers().map(\.status) }
        // Neither its supervisor calls it, nor does it look by itself.
        let processes = [supervisor.pid, try home.worker().process.pid]
        for pid in processes { try home.stop(pid) }
        #expect(try home.koubouctl("edit", "--at", "2020-01-01T00:00:00Z", task).status == 0)
        #expect(home.isCalled(processes[1]))
        for pid in processes { kill(pid, SIGCONT) }
        #expect(try home.end(of: task) == 0)
        #expect(try home.koubouctl("edit", "--title", "late", task).status == 65)
        #expect(supervisor.isRunning)
    }
}
