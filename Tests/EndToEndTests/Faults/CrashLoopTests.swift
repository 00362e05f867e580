import Glibc
import KoubouCore
import Testing

@Suite struct CrashLoopTests {
    private static let reason = "workers die as soon as they start"

    /// A supervisor beside a worker program that dies at once.
    private func brokenPool(_ home: Home, _ options: String...) throws -> RunningProgram {
        try makeFolder(home.folder + "/bin")
        #expect(try home.run(["/bin/cp", siblingProgram("kouboud"), home.folder + "/bin/"]).status == 0)
        try breakWorker(home)
        let words = [home.folder + "/bin/kouboud", "--poll", "50ms"] + (options.isEmpty ? ["--max", "1"] : options)
        return try home.start(words)
    }

    private func breakWorker(_ home: Home) throws {
        try home.replace(
            "bin/koubou-worker",
            with: "#!/bin/sh\ndate +%s%N >> \(home.folder)/starts\necho 'no luck today' >&2\nexit 9\n",
            mode: 0o700)
    }

    private func mendWorker(_ home: Home) throws {
        let program = home.folder + "/bin/koubou-worker"
        #expect(try home.run(["/bin/cp", siblingProgram("koubou-worker"), program + ".new"]).status == 0)
        #expect(rename(program + ".new", program) == 0)
    }

    /// Nanoseconds.
    private func starts(_ home: Home) -> [Int] {
        ((try? home.read("starts")) ?? "").split(separator: "\n").compactMap { Int($0) }
    }

    private func note(_ home: Home) throws -> String {
        try home.json(home.koubouctl("status", "--json").text, "$.note")
    }

    @Test func workersThatDieAtOnceAreStartedMoreAndMoreRarely() throws {
        let home = try Home()
        let supervisor = try brokenPool(home)
        let task = try home.handIn("echo at last")
        try eventually(true) { starts(home).count >= 5 }
        let times = starts(home)
        for (index, least) in [100, 200, 400, 800].enumerated() {
            #expect(times[index + 1] - times[index] >= least * 1_000_000)
        }
        #expect(try note(home).hasPrefix("\(Self.reason): worker_001 exited with status 9: no luck today"))
        #expect(try home.koubouctl("status").text.contains("no luck today"))
        #expect(home.supervisorLog.split(separator: "\n").count { $0.contains(Self.reason) } == 1)
        #expect(try home.state(of: task) == .pending)

        try mendWorker(home)
        #expect(try home.end(of: task) == 0)
        #expect(try home.koubouctl("result", task).text == "at last")
        #expect(try home.field("attempt", of: task) == "1")
        try eventually("") { try note(home) }
        #expect(home.logged("workers live again").count == 1)
        #expect(supervisor.isRunning)
    }

    @Test func aMissingWorkerProgramIsTold() throws {
        let home = try Home()
        let supervisor = try brokenPool(home)
        unlink(home.folder + "/bin/koubou-worker")
        let task = try home.handIn("true")
        try eventually(true) { try note(home).contains("koubou-worker' not found") }
        try mendWorker(home)
        #expect(try home.end(of: task) == 0)
        #expect(supervisor.isRunning)
    }

    @Test func aBrokenPoolStopsAllTheSame() throws {
        let home = try Home()
        let supervisor = try brokenPool(home)
        try eventually(true) { starts(home).count >= 3 }
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
        #expect(try home.workers().isEmpty)
    }

    @Test func workersThatFailTogetherCountOnce() throws {
        let home = try Home()
        let supervisor = try brokenPool(home, "--min", "4", "--max", "4")
        // Rounds of four, four and four, and from then on one at a time; a line for each until it is known for a loop.
        try eventually(true) { starts(home).count >= 14 }
        #expect((3...4).contains(home.supervisorLog.split(separator: "\n").count { $0.contains("no luck today") }))
        try eventually(true) { try note(home).contains("no luck today") }
        #expect(supervisor.isRunning)
    }
}
