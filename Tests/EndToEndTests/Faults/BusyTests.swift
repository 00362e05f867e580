import Glibc
import KoubouCore
import Testing

/// Somebody else keeps every program of ours from writing, for longer than a worker may be silent.
@Suite struct BusyTests {
    /// heartbeat_timeout, the three seconds after it, and a second more.
    private static let silence: Duration = .seconds(5)

    @Test func aHeldLockKillsNoHealthyWorker() throws {
        try survives { home in
            let lock = try FileDescriptor(opening: home.path + "/db/lock", O_RDWR)
            #expect(flock(lock.number, LOCK_EX) == 0)
            return { _ = flock(lock.number, LOCK_UN) }
        }
    }

    @Test(.enabled(if: access("/usr/bin/sqlite3", X_OK) == 0, "the sqlite3 shell is not installed"))
    func aLongTransactionKillsNoHealthyWorker() throws {
        try survives { home in
            let hold = try Gate(in: home, named: "hold")
            let shell = try home.start(
                "/usr/bin/sqlite3", "-init", "/dev/null", "-cmd", ".timeout 100000", home.path + "/db/koubou.db",
                "BEGIN IMMEDIATE;", ".shell touch '\(home.folder)/begun'", ".shell \(hold.command)", "COMMIT;")
            try eventually(true) { home.exists("begun") }
            return { () throws in
                #expect(shell.isRunning)
                hold.open()
                #expect(try shell.status() == 0)
            }
        }
    }

    /// - Parameter hold: keeps everybody from writing; returns how to let go.
    private func survives(hold: (Home) throws -> () throws -> Void) throws {
        let home = try Home()
        try home.configure("[pool]\nheartbeat_timeout = 1s\n")
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--min", "2", "--max", "2")
        let task = try home.handIn("\(gate.command); echo done")
        try eventually(false) { home.processes(of: task).isEmpty }
        try eventually(1) { try home.workers().count { $0.status == .idle } }
        let workers = try home.workers().map(\.process)
        // All have just told that they live, so that nobody is in doubt already.
        let heartbeats = try home.workers().map(\.lastHeartbeat)
        try eventually(false) { try zip(home.workers().map(\.lastHeartbeat), heartbeats).contains { $0 == $1 } }

        let letGo = try hold(home)
        let end = MonotonicClock.now + Self.silence
        while MonotonicClock.now < end, workers.allSatisfy(\.isAlive) { usleep(20_000) }
        try letGo()
        try home.awaitLook()
        #expect(try home.workers().map(\.process) == workers)
        #expect(home.logged("worker hangs").isEmpty)
        gate.open()
        #expect(try home.end(of: task) == 0)
        #expect(try home.outcomes(of: task) == "completed")
        #expect(supervisor.isRunning)
    }
}
