import Glibc
import Testing

@testable import KoubouCore

/// A worker that was stopped (SIGSTOP) is killed and replaced, whatever it held when it was stopped.
struct StoppedWorkerTests {
    private static let hasFlock = access("/usr/bin/flock", X_OK) == 0

    /// A pool of one worker, which is taken for hung after a second.
    private func pool() throws -> (home: Home, supervisor: RunningProgram) {
        let home = try Home()
        _ = try home.queue()
        try home.write(
            "[pool]\nmin = 1\nmax = 1\npoll = 100ms\nheartbeat_timeout = 1s\nstop_timeout = 1h\n[task]\nkill_grace = 500ms\n",
            to: home.path + "/koubou.conf")
        return (home, try home.startSupervisor())
    }

    private func worker(of home: Home) throws -> ProcessIdentity {
        try eventually(1) { try home.openStore().workers().count }
        return try #require(try home.openStore().workers().first).process
    }

    /// Stops the worker in a moment in which it holds the lock of the database.
    private func stopWhileItWrites(_ home: Home) throws -> ProcessIdentity {
        var worker = try worker(of: home)
        let lock = try KoubouCore.Home(option: home.path, environment: [:]).lockFile
        try eventually(true) {
            // Stopped that often, it may have been taken for hung.
            if !worker.isAlive { worker = try self.worker(of: home) }
            worker.send(SIGSTOP)
            try eventually(true) { worker.isStoppedOrGone }
            if try home.run(["/usr/bin/flock", "-n", lock, "true"]).status != 0 { return true }
            worker.send(SIGCONT)
            return false
        }
        return worker
    }

    /// A new supervisor can't even enter itself before that worker is gone.
    @Test(.enabled(if: hasFlock)) func whileItWroteAndItsSupervisorWasKilled() throws {
        let (home, supervisor) = try pool()
        try home.koubouctl("submit", "--lines", stdin: String(repeating: "true\n", count: 300))
        let worker = try stopWhileItWrites(home)
        supervisor.signal(SIGKILL)
        #expect(try supervisor.status() == 128 + SIGKILL)
        let next = try home.start("kouboud", "--poll", "100ms")
        try eventually(300) {
            try home.openStore().number("SELECT count(*) FROM task_master WHERE status = 'completed'")
        }
        #expect(!worker.isAlive)
        next.signal(SIGTERM)
        #expect(try next.status() == 0)
    }

    /// It holds the lock of the database: nobody can write, and nobody can see that it says nothing.
    @Test(.enabled(if: hasFlock)) func whileItWrote() throws {
        let (home, supervisor) = try pool()
        try home.koubouctl("submit", "--lines", stdin: String(repeating: "true\n", count: 300))
        let worker = try stopWhileItWrites(home)
        // Not by way of `Store.unendedCount`, which only reads: the pool must go on.
        try eventually(300) {
            usleep(50_000)
            return try home.openStore().number("SELECT count(*) FROM task_master WHERE status = 'completed'")
        }
        #expect(!worker.isAlive)
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
        try home.expectSound()
    }

    /// Its supervisor was killed: the next one finds a worker that is not its child.
    @Test func whenItsSupervisorWasKilled() throws {
        let (home, supervisor) = try pool()
        let gate = try Gate(in: home)
        let task = try home.koubouctl("submit", gate.command).text
        try eventually("in_progress") { try home.field("status", of: task) }
        let worker = try worker(of: home)
        worker.send(SIGSTOP)
        supervisor.signal(SIGKILL)
        #expect(try supervisor.status() == 128 + SIGKILL)
        let next = try home.startSupervisor()
        gate.open()
        try eventually("completed") { try home.field("status", of: task) }
        // The kernel has continued it when its parent died: it leaves, or is killed.
        try eventually(false) { worker.isAlive }
        next.signal(SIGTERM)
        #expect(try next.status() == 0)
    }

    /// A drain does not wait for a worker that can't finish.
    @Test func whileThePoolDrains() throws {
        let (home, supervisor) = try pool()
        let worker = try worker(of: home)
        worker.send(SIGSTOP)
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
        #expect(home.processes.isEmpty)
    }
}

extension ProcessIdentity {
    fileprivate var isStoppedOrGone: Bool { ProcessStatus(of: pid)?.isStopped ?? true }
}
