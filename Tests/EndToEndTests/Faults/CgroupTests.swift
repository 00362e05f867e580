import Glibc
import KoubouCore
import Testing

/// A folder of the real cgroup v2 hierarchy, given to one supervisor as systemd would.
private final class GivenCgroup {
    private static let root = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first { access($0 + "/cgroup.procs", W_OK) == 0 }
    static var canBeMade: Bool { geteuid() == 0 && root != nil }
    let path: String

    init() throws {
        path = try #require(Self.root) + "/koubou-\(getpid())-\(arc4random())"
        try #require(mkdir(path, 0o755) == 0, "errno \(errno)")
    }

    deinit {
        put("1", into: "cgroup.kill")
        let deadline = MonotonicClock.now + .seconds(30)
        while rmdir(path) != 0, MonotonicClock.now < deadline {
            for name in fileNames(in: path) { rmdir("\(path)/\(name)") }
            MonotonicClock.pause(for: .milliseconds(10))
        }
    }

    func startSupervisor(in home: Home) throws -> RunningProgram {
        let program = try home.start(
            "/bin/sh", "-c", "echo $$ >\(path)/cgroup.procs && exec \(Home.programs)/kouboud --poll 100ms --max 1")
        try eventually(0) { try home.koubouctl("status").status }
        return program
    }

    /// What is in the leaf `name`; nil where there is no such leaf.
    func processes(in name: String) -> [pid_t]? {
        guard let bytes = try? readFile("\(path)/\(name)/cgroup.procs") else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { pid_t($0) }
    }

    @discardableResult
    func put(_ text: String, into file: String) -> Bool {
        guard let file = try? FileDescriptor(opening: "\(path)/\(file)", O_WRONLY) else { return false }
        return writeAll(text, to: file.number)
    }
}

/// With whatever controllers the hierarchy has: to kill all that is in a cgroup takes none.
@Suite(.enabled(if: GivenCgroup.canBeMade, "needs root and a cgroup v2 hierarchy"))
struct CgroupTests {
    private let home: Home
    private let cgroup: GivenCgroup
    private let supervisor: RunningProgram

    init() throws {
        home = try Home()
        cgroup = try GivenCgroup()
        try home.configure("[task]\nkill_grace = 100ms\n[type bounded]\ncommand = sh\npids_max = 1000\n")
        supervisor = try cgroup.startSupervisor(in: home)
    }

    /// Hands in a task that heeds no TERM, and puts a process into its cgroup that is none of its own: nothing but the cgroup leads
    /// to it.
    private func startTaskWithStranger() throws -> (task: String, stranger: RunningProgram) {
        let task = try home.handIn("-t", "bounded", """
            trap '' TERM
            if [ $KOUBOU_ATTEMPT = 2 ]; then grep -s '^State:.[^Z]' /proc/$(cat stranger)/status; echo gone; exit; fi
            while :; do sleep 1; done
            """)
        try eventually(false) { cgroup.processes(in: "task_\(task)")?.isEmpty ?? true }
        let stranger = try home.start("/bin/sleep", "600")
        try home.write("\(stranger.pid)", to: "stranger")
        try #require(cgroup.put("\(stranger.pid)", into: "task_\(task)/cgroup.procs"))
        return (task, stranger)
    }

    @Test func theSupervisorAndItsWorkersLiveBesideTheTasks() throws {
        let (task, stranger) = try startTaskWithStranger()
        let pool: Set = try [supervisor.pid, home.worker().process.pid]
        try eventually(pool) { Set(cgroup.processes(in: "pool") ?? []) }  // the worker was in that of the task for a moment
        #expect(try #require(cgroup.processes(in: "task_\(task)")).contains(stranger.pid))
        #expect(home.logged("cgroup taken over").count == 1)
    }

    @Test func allOfItIsKilledWithTheTask() throws {
        let (task, stranger) = try startTaskWithStranger()
        try home.koubouctl("cancel", task)
        #expect(try home.end(of: task) != 0)
        try eventually(false) { stranger.isRunning }
        #expect(cgroup.processes(in: "task_\(task)") == nil)
    }

    @Test func allOfItIsKilledWhenItsWorkerHasDied() throws {
        let (task, _) = try startTaskWithStranger()
        try home.worker().process.send(SIGKILL)
        #expect(try home.end(of: task) == 0)
        let found = try home.koubouctl("result", task).text
        #expect(found == "gone", "before the next attempt")
        #expect(try home.outcomes(of: task) == "lost completed")
        #expect(cgroup.processes(in: "task_\(task)") == nil)
    }
}

@Suite struct MemoryLimitTests {
    @Test func eachProcessIsBoundWhereNoCgroupBindsAll() throws {
        let home = try Home()
        try home.configure("[type bounded]\ncommand = sh\nmemory_max = 64M\npids_max = 9\n")
        // The bound comes right after the start.
        let task = try home.handIn("-t", "bounded", "until [ $(ulimit -d) = 65536 ]; do :; done; head -c 200M /dev/zero | tail")
        try home.run(["koubou-worker", "--once"])
        #expect(try home.state(of: task) == .failed)
        let log = try home.shell("cat home/logs/workers/*.log").text
        for text in ["memory_max of type bounded bounds each process of a task by itself", "pids_max of type bounded has no effect"] {
            #expect(log.contains("\(text): no cgroup with"), "\(log)")
        }
    }
}
