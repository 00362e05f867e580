import Glibc
import KoubouCore
import Testing

@Suite struct SupervisorTests {
    @Test func startAndStopTellByTheirExitStatus() throws {
        let home = try Home()
        #expect(try home.koubouctl("status").status == 3)
        #expect(try home.koubouctl("start", "--poll", "100ms", "--max", "2").status == 0)
        let pid = try home.json(home.koubouctl("status", "--json").text, "$.pid")
        #expect(try home.koubouctl("status").text.hasPrefix("supervisor runs, with pid \(pid), since "))
        #expect(try home.koubouctl("status").status == 0)
        let again = try home.koubouctl("start")
        #expect(again.status == 0)
        #expect(again.text == "supervisor runs already, with pid \(pid)")
        #expect(try home.json(home.koubouctl("stats", "--json").text, "$.pool.max") == "2")
        #expect(try home.koubouctl("stop").text == "supervisor stopped")
        #expect(ProcessIdentity(of: try #require(pid_t(pid))) == nil)
        #expect(try home.koubouctl("status").status == 3)
        #expect(try home.koubouctl("stop").status == 0)
        #expect(try home.workers().isEmpty)
    }

    @Test func startTellsWhyNothingStarted() throws {
        let home = try Home()
        try home.configure("[pool]\nmax = many\n")
        let start = try home.koubouctl("start")
        #expect(start.status == 78)
        #expect(start.errors.contains("\(home.configurationFile):2"))
        try home.configure("")
        #expect(try home.koubouctl("status").status == 3)
    }

    @Test func aSecondSupervisorIsRefused() throws {
        let home = try Home()
        let first = try home.startSupervisor()
        let second = try home.run(["kouboud"])
        #expect(second.status == 75)
        #expect(second.errors.contains("a supervisor runs already, with pid \(first.pid)"))
        #expect(try home.end(of: home.handIn("true")) == 0)
        #expect(first.isRunning)
    }

    @Test func theStatisticsAreWrittenWhenAskedFor() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "1")
        for script in ["true", "true", "exit 3"] { _ = try home.handIn(script) }
        _ = try home.end(of: "1", "2", "3")
        for _ in 0..<3 { _ = try home.handIn(gate.command) }
        try eventually(1) { try home.count(.inProgress) }
        supervisor.signal(SIGUSR2)
        let block = """
            ====================================================
            Worker Pool Statistics
            ====================================================

            Active Workers:
              • worker_001: busy | Tasks: 2 completed, 1 failed (66.7% success)

            Task Statistics:
              • pending: 2 tasks
              • in_progress: 1 tasks
              • completed: 2 tasks
              • failed: 1 tasks
            ====================================================

            """
        try eventually(block) { supervisor.stdout }
        try eventually(true) { home.supervisorLog.contains("\n" + block) }
    }

    @Test func theStatisticsAreWrittenFromTimeToTime() throws {
        let home = try Home()
        try home.configure("[pool]\nmin = 0\nstatistics = 1s\n")
        let supervisor = try home.startSupervisor()
        let block = """
            ====================================================
            Worker Pool Statistics
            ====================================================

            Active Workers:
              none

            Task Statistics:
              none
            ====================================================

            """
        try eventually(true) { supervisor.stdout.hasPrefix(block + block) }
        #expect(supervisor.isRunning)
    }

    // MARK: Configuration

    @Test func newLimitsHoldAfterHUP() throws {
        let home = try Home()
        try home.configure("[pool]\nmin = 1\nmax = 2\n")
        let supervisor = try home.startSupervisor()
        try eventually(1) { try home.workers().count { $0.status == .idle } }
        try home.replace(home.configurationFile, with: "[pool]\nmin = 3\nmax = 4\n")
        supervisor.signal(SIGHUP)
        try eventually(3) { try home.workers().count { $0.status == .idle } }
        let stats = try home.koubouctl("stats", "--json").text
        #expect(try home.json(stats, "$.pool.min") == "3")
        #expect(try home.json(stats, "$.pool.max") == "4")
        #expect(supervisor.isRunning)
    }

    @Test func workersAreReplacedAfterHUPAndClaimByTheNewConfiguration() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        try home.configure("[pool]\nmin = 3\n[type greet]\ncommand = echo before\n")
        let supervisor = try home.startSupervisor()
        let running = try home.handIn(gate.command)
        try eventually(.inProgress) { try home.state(of: running) }
        try eventually(2) { try home.workers().count { $0.status == .idle } }
        let old = try home.workers()
        try home.replace(home.configurationFile, with: "[pool]\nmin = 3\n[type greet]\ncommand = echo after\n")
        supervisor.signal(SIGHUP)
        // The busy one finishes its task, and claims no other one.
        try eventually(3) { home.logged("worker drains").count }
        let busy = try #require(old.first { $0.status == .busy })
        let greeting = try home.handIn("-t", "greet", "hello")
        #expect(try home.end(of: greeting) == 0)
        #expect(try home.koubouctl("result", greeting).text == "after")
        #expect(try home.workers().first { $0.process == busy.process }?.status == .draining)
        gate.open()
        #expect(try home.end(of: running) == 0)
        #expect(try home.field("attempt", of: running) == "1")
        try eventually(true) {
            let now = try home.workers().filter { $0.status == .idle }.map(\.process)
            return now.count == 3 && Set(now).isDisjoint(with: old.map(\.process))
        }
    }

    /// Tasks come all the time: not one that is claimed after the new configuration was read runs by the old one.
    @Test func noTaskIsClaimedByAConfigurationThatWasReplaced() throws {
        let home = try Home()
        func configuration(_ word: Int) -> String {
            "[pool]\nmin = 3\nmax = 3\n[type greet]\ncommand = echo \(word)\n"
        }
        try home.configure(configuration(0))
        let supervisor = try home.startSupervisor()
        for word in 1...5 {
            let before = try (0..<20).map { _ in try home.handIn("-t", "greet", "hello") }
            try home.replace(home.configurationFile, with: configuration(word))
            let seen = home.logged("configuration read").count
            supervisor.signal(SIGHUP)
            try eventually(3 * word) { home.logged("worker drains").count }
            #expect(home.logged("configuration read").count == seen + 1)
            let after = try (0..<20).map { _ in try home.handIn("-t", "greet", "hello") }
            #expect(try home.run(["koubouctl", "wait"] + before + after).status == 0)
            for id in after { #expect(try home.koubouctl("result", id).text == "\(word)") }
        }
    }

    @Test func aBadConfigurationIsRefusedAndTheOldOneStays() throws {
        let home = try Home()
        try home.configure("[pool]\nmin = 2\nmax = 3\n")
        let supervisor = try home.startSupervisor()
        try eventually(2) { try home.workers().count { $0.status == .idle } }
        let workers = try home.workers().map(\.process)
        try home.replace(home.configurationFile, with: "[pool]\nmin = 1\n\nmax = many\n")
        supervisor.signal(SIGHUP)
        try eventually(1) { home.logged("configuration refused, the old one stays").count }
        let line = try #require(home.logged("configuration refused, the old one stays").first)
        #expect(line.contains(" level=error "))
        #expect(line.contains("\(home.configurationFile):4"))
        // koubouctl would refuse that file too.
        try home.replace(home.configurationFile, with: "")
        #expect(try home.json(home.koubouctl("stats", "--json").text, "$.pool.max") == "3")
        try home.awaitLook()
        #expect(try home.workers().map(\.process) == workers)
        #expect(supervisor.isRunning)
    }

    @Test func theLogIsOpenedAgainAfterHUP() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let log = home.path + "/logs/worker_pool.log"
        #expect(rename(log, log + ".1") == 0)
        supervisor.signal(SIGHUP)
        try eventually(1) { home.logged("configuration read").count }
        #expect(home.logged("supervisor started").isEmpty)
        #expect(supervisor.isRunning)
    }

    @Test func thePoolIsChangedWhileItRunsAndStaysSo() throws {
        let home = try Home()
        let first = try home.startSupervisor("--max", "2", "--idle-timeout", "100ms")
        #expect(try home.koubouctl("pool", "--min", "3", "--max", "4").status == 0)
        try eventually(3) { try home.workers().count { $0.status == .idle } }
        #expect(try home.koubouctl("stop").status == 0)
        #expect(try first.status() == 0)

        let second = try home.startSupervisor("--max", "2", "--idle-timeout", "100ms")
        try eventually(3) { try home.workers().count { $0.status == .idle } }
        #expect(try home.json(home.koubouctl("pool", "--json").text, "$.max") == "4")
        #expect(try home.koubouctl("pool", "--reset").status == 0)
        try eventually(1) { try home.workers().count }
        let pool = try home.koubouctl("pool", "--json").text
        #expect(try home.json(pool, "$.min") == "1")
        #expect(try home.json(pool, "$.max") == "2")
        #expect(second.isRunning)
    }

    @Test func aPoolThatCannotBeIsRefused() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--max", "3")
        #expect(try home.koubouctl("pool", "--min", "4", "--max", "2").status != 0)
        #expect(try home.koubouctl("pool", "--threshold", "0").status != 0)
        try home.awaitLook()
        #expect(try home.json(home.koubouctl("pool", "--json").text, "$.max") == "3")
        #expect(supervisor.isRunning)
    }

    @Test func aRefusedFileKeepsNoWorkerFromStarting() throws {
        let home = try Home()
        try home.configure("[type greet]\ncommand = echo hello\n")
        let supervisor = try home.startSupervisor("--max", "1")
        #expect(try home.koubouctl("pause").status == 0)
        let task = try home.handIn("-t", "greet", "prompt")
        try home.configure("[pool\nthis is no configuration\n")
        supervisor.signal(SIGHUP)
        try eventually(1) { home.logged("configuration refused, the old one stays").count }
        let worker = try home.worker().process
        worker.send(SIGKILL)
        try eventually(true) { try home.workers().contains { $0.process != worker && $0.status == .idle } }
        #expect(try home.koubouctl("resume").status == 0)
        #expect(try home.end(of: task) == 0)
        #expect(try home.koubouctl("result", task).text == "hello")
        #expect(supervisor.isRunning)
    }

    @Test func aResetThatCouldNotBeHeededIsHeededLater() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--max", "3")
        try home.koubouctl("pool", "--max", "9")
        try eventually("9") { try home.json(home.koubouctl("stats", "--json").text, "$.pool.max") }
        try home.configure("[pool\n")
        #expect(try home.koubouctl("pool", "--reset").status == 0)
        try eventually(true) { home.logged("configuration refused, the old one stays").count >= 1 }
        unlink(home.configurationFile)
        try eventually("3") { try home.json(home.koubouctl("stats", "--json").text, "$.pool.max") }
        #expect(supervisor.isRunning)
    }

    /// As one that runs where its process can't be seen, in another container on the same folder.
    @Test func aHomeThatIsLockedHasItsSupervisor() throws {
        let home = try Home()
        _ = try home.queue()
        let lock = try FileDescriptor(opening: home.path + "/db/supervisor", O_RDWR | O_CREAT)
        let isLocked = lock.tryLock()
        #expect(isLocked)
        let output = try home.run(["kouboud"])
        #expect(output.status == 75)
        #expect(output.errors.contains("a supervisor runs already, where its process can't be seen"))
    }
}
