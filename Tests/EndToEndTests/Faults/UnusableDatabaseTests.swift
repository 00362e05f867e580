import Glibc
import KoubouCore
import Testing

/// A database that can't be used must not keep anybody from ending the programs.
@Suite struct UnusableDatabaseTests {
    @Test func aSupervisorWithADamagedDatabaseEndsInAHurry() throws {
        let home = try Home()
        try home.configure("[pool]\nstop_timeout = 1h\n")
        let supervisor = try home.startSupervisor("--min", "1", "--max", "1")
        try eventually([.idle]) { try home.workers().map(\.status) }
        #expect(
            try home.shell(
                "dd if=/dev/urandom of=home/db/koubou.db bs=4096 count=40 conv=notrunc status=none; truncate -s 0 home/db/koubou.db-wal"
            ).status == 0)
        supervisor.signal(SIGTERM)
        try eventually(true) { home.supervisorLog.contains("supervisor drains") }
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() != 0)
        #expect(supervisor.stderr.contains("kouboud: the database"))
    }

    @Test func stopFindsASupervisorWithoutADatabase() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--min", "1", "--max", "1")
        try eventually([.idle]) { try home.workers().map(\.status) }
        try home.queue().checkpoint()  // from now on the file itself is read
        #expect(try home.shell("dd if=/dev/urandom of=home/db/koubou.db bs=4096 count=40 conv=notrunc status=none").status == 0)
        let output = try home.koubouctl("stop", "--now")
        #expect(output.text == "supervisor stopped")
        #expect(output.errors.contains("koubou.db"))
        #expect(!supervisor.isRunning)
    }

    @Test func aDrainGoesOnWhenTheDatabaseCanBeWrittenAgain() throws {
        let home = try Home()
        try home.configure("[pool]\nstop_timeout = 1h\n")
        let supervisor = try home.startSupervisor("--min", "1", "--max", "1")
        try eventually([.idle]) { try home.workers().map(\.status) }
        let worker = try home.worker().process
        let lock = try FileDescriptor(opening: home.path + "/db/lock", O_RDWR)
        #expect(flock(lock.number, LOCK_EX) == 0)
        supervisor.signal(SIGTERM)
        worker.send(SIGKILL)
        try eventually(true) { home.supervisorLog.contains("cannot record the end of a worker") }
        #expect(supervisor.isRunning)
        #expect(flock(lock.number, LOCK_UN) == 0)
        #expect(try supervisor.status() == 0)
        #expect(try home.workers().isEmpty)
    }

    @Test func aCheckKeepsNobodyWaitingAndWaitsForNobody() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        let lock = try FileDescriptor(opening: home.path + "/db/lock", O_RDWR)
        #expect(flock(lock.number, LOCK_EX) == 0)
        let output = try home.koubouctl("check")
        #expect(output.status == 0)
        #expect(output.text == "ok")
    }

    @Test func stopFindsASupervisorWhoseHomeIsRefused() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        chmod(home.path, 0o777)
        let output = try home.koubouctl("stop")
        #expect(output.text == "supervisor stopped")
        #expect(output.errors.contains("chmod go-w"))
        #expect(!supervisor.isRunning)
    }

    @Test func stopContinuesAStoppedSupervisor() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        supervisor.signal(SIGSTOP)
        #expect(try home.koubouctl("stop").text == "supervisor stopped")
        #expect(try supervisor.status() == 0)
    }
}
