import Glibc
import KoubouCore
import Testing

/// The socket of a service manager, on which a program tells how it is (sd_notify(3)).
final class NotifySocket {
    /// As `NOTIFY_SOCKET` names it.
    let name: String
    private let descriptor: Int32
    /// All assignments that came, in order.
    private(set) var told: [String] = []

    /// - Parameter isAbstract: it has no file.
    init(in home: Home, isAbstract: Bool = false) throws {
        let path = home.folder + "/notify"
        name = (isAbstract ? "@" : "") + path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = (isAbstract ? [0] : []) + Array(path.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(status == 0)
    }

    deinit { close(descriptor) }

    /// Reads until `assignment` has come, after all that were waited for before.
    func await(_ assignment: String, at location: SourceLocation = #_sourceLocation) throws {
        var next = seen
        try eventually(true, at: location) {
            receive()
            while next < told.count {
                next += 1
                if told[next - 1].hasPrefix(assignment) { return true }
            }
            return false
        }
        seen = next
    }

    private var seen = 0

    private func receive() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &bytes, bytes.count, 0)
            guard count > 0 else { return }
            told += String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }
}

/// kouboud as a unit of systemd with Type=notify.
struct ServiceManagerTests {
    @Test(arguments: [false, true]) func hearsOfTheWholeLife(isAbstract: Bool) throws {
        let home = try Home()
        let socket = try NotifySocket(in: home, isAbstract: isAbstract)
        home.environment.append("NOTIFY_SOCKET=\(socket.name)")
        let supervisor = try home.start("kouboud", "--poll", "100ms", "--max", "1")
        try socket.await("READY=1")
        #expect(try home.koubouctl("status").status == 0, "ready is who can be talked to")
        let gate = try Gate(in: home)
        let task = try home.handIn(gate.command)
        try eventually(.inProgress) { try home.state(of: task) }  // one that has not begun stays in the queue
        _ = try home.handIn("true")
        try socket.await("STATUS=1 pending, 1 worker")
        supervisor.signal(SIGHUP)
        try socket.await("RELOADING=1")
        try socket.await("READY=1")
        supervisor.signal(SIGTERM)
        try socket.await("STOPPING=1")
        try socket.await("STATUS=draining, 1 worker")
        gate.open()
        #expect(try supervisor.status() == 0)
        #expect(try home.state(of: task) == .completed)
        #expect(!socket.told.contains { $0.hasPrefix("WATCHDOG") }, "nobody has asked for it")
    }

    @Test func aTurningLoopFeedsTheWatchdog() throws {
        let home = try Home()
        let socket = try NotifySocket(in: home)
        home.environment += ["NOTIFY_SOCKET=\(socket.name)", "WATCHDOG_USEC=300000"]
        let supervisor = try home.start("kouboud", "--poll", "100ms")
        for _ in 0..<4 { try socket.await("WATCHDOG=1") }
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
    }

    @Test func theWatchdogOfAnotherProcessIsNotFed() throws {
        let home = try Home()
        let socket = try NotifySocket(in: home)
        home.environment += ["NOTIFY_SOCKET=\(socket.name)", "WATCHDOG_USEC=30000", "WATCHDOG_PID=1"]
        let supervisor = try home.start("kouboud", "--poll", "100ms")
        try socket.await("READY=1")
        supervisor.signal(SIGTERM)
        try socket.await("STOPPING=1")
        #expect(try supervisor.status() == 0)
        #expect(!socket.told.contains("WATCHDOG=1"))
    }

    @Test func tasksHearNothingOfIt() throws {
        let home = try Home()
        home.environment += [
            "NOTIFY_SOCKET=@none", "WATCHDOG_USEC=60000000", "WATCHDOG_PID=1", "LISTEN_PID=1", "LISTEN_FDS=1", "LISTEN_FDNAMES=a",
            "LISTEN_ADDRESS=here", "WATCHDOG_FOLDER=there",  // of others
        ]
        let supervisor = try home.startSupervisor()
        let task = try home.handIn("env | grep -E '^(NOTIFY|WATCHDOG|LISTEN)_' | sort")
        #expect(try home.end(of: task) == 0)
        #expect(try home.koubouctl("result", task).text == "LISTEN_ADDRESS=here\nWATCHDOG_FOLDER=there")
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
    }

    @Test func theStatusTellsOfTrouble() throws {
        let home = try Home()
        let socket = try NotifySocket(in: home)
        home.environment.append("NOTIFY_SOCKET=\(socket.name)")
        let supervisor = try home.start("kouboud", "--poll", "100ms", "--max", "1")
        try socket.await("STATUS=0 pending, 1 worker")
        let lock = try FileDescriptor(opening: KoubouCore.Home(option: home.path, environment: [:]).lockFile, O_RDWR)
        try eventually(true) { lock.tryLock() }
        // Somebody else writes, so that the supervisor must look.
        try home.shell("sqlite3 -cmd '.timeout 100000' home/db/koubou.db 'CREATE TABLE a (b)'")
        try socket.await("STATUS=0 pending, 1 worker; cannot look at the queue: ")
        flock(lock.number, LOCK_UN)
        try socket.await("STATUS=0 pending, 1 worker")
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
    }

    /// A manager that does not listen any more holds up nobody.
    @Test func aManagerThatHasGoneIsNotMissed() throws {
        let home = try Home()
        home.environment += ["NOTIFY_SOCKET=\(home.folder)/none", "WATCHDOG_USEC=30000"]
        let supervisor = try home.startSupervisor()
        let task = try home.handIn("true")
        #expect(try home.end(of: task) == 0)
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
    }
}
