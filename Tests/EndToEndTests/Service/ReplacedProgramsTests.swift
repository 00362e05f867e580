import Glibc
import KoubouCore
import Testing

/// The programs are replaced while they run, as a package does it: by files that take the place of the old ones.
struct ReplacedProgramsTests {
    private static let programs = ["koubouctl", "kouboud", "koubou-worker"]
    /// Of a task: the file of the worker that runs it.
    private static let whoRunsMe = "readlink /proc/$PPID/exe"
    private static let notice = "the programs were replaced: to run the new ones, start it anew"

    /// A home whose programs are copies, in `bin`.
    private func makeHome() throws -> Home {
        let home = try Home()
        try makeFolder(home.folder + "/bin")
        for program in Self.programs { try install(program, in: home) }
        return home
    }

    private func install(_ program: String, in home: Home) throws {
        let path = home.folder + "/bin/" + program
        #expect(try home.run(["/bin/cp", siblingProgram(program), path + ".new"]).status == 0)
        try #require(rename(path + ".new", path) == 0)
    }

    /// A worker that will not work beside the supervisor; it notes when it was asked.
    private func installRefusal(in home: Home) throws {
        try home.replace(
            "bin/koubou-worker",
            with: "#!/bin/sh\ndate +%s%N >> \(home.folder)/asked\necho 'another schema' >&2\nexit 75\n", mode: 0o700)
    }

    @Test func aRestartOnNewProgramsLetsTasksFinish() throws {
        let home = try makeHome()
        let bin = home.folder + "/bin/"
        #expect(try home.run([bin + "koubouctl", "start", "--max", "1"]).status == 0)
        let old = try #require(try home.queue().supervisor()).process
        let gate = try Gate(in: home)
        let long = try home.handIn("\(gate.command); echo finished")
        try eventually(.inProgress) { try home.state(of: long) }

        for program in Self.programs { try install(program, in: home) }
        let stop = try home.start(bin + "koubouctl", "stop")
        try eventually(1) { home.logged("supervisor drains").count }
        let later = try home.run([bin + "koubouctl", "submit", Self.whoRunsMe]).text
        #expect(try home.state(of: long) == .inProgress)
        #expect(try home.state(of: later) == .pending)
        #expect(stop.isRunning && old.isAlive)
        gate.open()
        #expect(try stop.status() == 0)
        #expect(try home.koubouctl("result", long).text == "finished")
        #expect(try home.outcomes(of: long) == "completed")

        #expect(try home.run([bin + "koubouctl", "start", "--max", "1"]).status == 0)
        #expect(try home.end(of: later) == 0)
        #expect(try home.koubouctl("result", later).text == bin + "koubou-worker", "not a deleted one")
        let new = try #require(try home.queue().supervisor()).process
        #expect(try home.run(["/bin/readlink", "/proc/\(new.pid)/exe"]).text == bin + "kouboud")
        #expect(try home.outcomes(of: long) == "completed")
        #expect(home.logged("supervisor started").count == 2)
    }

    /// Until it is started anew, a supervisor grows its pool with the workers that it was installed with.
    @Test(arguments: ["another version", "none"]) func theOldSupervisorGoesOnWithItsOwnWorkers(installed: String) throws {
        let home = try makeHome()
        let socket = try NotifySocket(in: home)
        home.environment.append("NOTIFY_SOCKET=\(socket.name)")
        let supervisor = try home.start(words: [home.folder + "/bin/kouboud", "--poll", "100ms", "--max", "2"])
        let gate = try Gate(in: home)
        let long = try home.handIn(gate.command)
        try socket.await("STATUS=0 pending, 1 worker")
        try eventually(.inProgress) { try home.state(of: long) }

        if installed == "none" {
            try home.shell("rm bin/*")
        } else {
            try install("kouboud", in: home)
            try installRefusal(in: home)
        }
        try socket.await("STATUS=0 pending, 1 worker; \(Self.notice)")
        let tasks = try home.koubouctl("submit", "--lines", stdin: manyLines(5, "cat /proc/$PPID/comm; \(Self.whoRunsMe)")).lines
        #expect(try home.end(of: tasks) == 0)
        #expect(try home.workers().map(\.id.slot).sorted() == [1, 2])
        for task in tasks {
            let worker = "koubou-worker\n\(home.folder)/bin/koubou-worker (deleted)"
            #expect(try home.koubouctl("result", task).text == worker)
        }
        #expect(try home.state(of: long) == .inProgress)
        gate.open()
        #expect(try home.end(of: long) == 0)
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
        #expect(!home.exists("asked"))
        let line = "programs replaced; the old ones go on here until: koubouctl stop && koubouctl start"
        #expect(home.logged(line).count == 1)
        #expect(try home.outcomes(of: long) == "completed")
    }

    /// Where the worker alone was replaced, it is asked, and more and more rarely when it refuses; who works goes on.
    @Test func aWorkerThatRefusesIsAskedMoreAndMoreRarely() throws {
        let home = try makeHome()
        let supervisor = try home.start(words: [home.folder + "/bin/kouboud", "--poll", "50ms", "--max", "2"])
        let gate = try Gate(in: home)
        let long = try home.handIn(gate.command)
        try eventually(.inProgress) { try home.state(of: long) }
        try installRefusal(in: home)
        let tasks = try home.koubouctl("submit", "--lines", stdin: manyLines(5, "true")).lines
        func asked() -> [Int] { ((try? home.read("asked")) ?? "").split(separator: "\n").compactMap { Int($0) } }
        try eventually(true) { asked().count >= 5 }
        let times = asked()
        for (index, least) in [100, 200, 400, 800].enumerated() {
            #expect(times[index + 1] - times[index] >= least * 1_000_000)
        }
        let reason = "workers die as soon as they start: worker_002 exited with status 75: another schema"
        #expect(try home.koubouctl("stats").text.hasSuffix(reason))
        #expect(try home.koubouctl("doctor").text.contains(reason))
        #expect(home.logged(reason).count == 1)
        #expect(try home.state(of: long) == .inProgress)

        try install("koubou-worker", in: home)
        gate.open()
        #expect(try home.end(of: [long] + tasks) == 0)
        #expect(try home.outcomes(of: long) == "completed")
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
    }
}
