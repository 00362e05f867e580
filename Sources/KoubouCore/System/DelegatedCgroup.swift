import Glibc

/// A folder of the cgroup v2 hierarchy that the service manager has given to us (systemd's `Delegate=yes`), for
/// limits on all processes of a task together. See the kernel's Documentation/admin-guide/cgroup-v2.rst.
///
/// Processes live in leaves only: the supervisor and its workers in `pool`, each limited task in a folder beside it.
public struct DelegatedCgroup: Equatable, Sendable {
    /// Of the folder that was given to us.
    public let path: String
    private static let pool = "pool"

    init(path: String) { self.path = path }

    /// Of the cgroup of a task with limits.
    public static func name(of task: TaskID) -> String { "task_\(task)" }

    /// For the supervisor: moves this process into the leaf `pool` of its cgroup and switches the controllers on beside it.
    /// Nil where no cgroup is delegated to us.
    public static func takeOver() -> DelegatedCgroup? {
        guard let own = folder(ofProcess: "self") else { return nil }
        if let taken = ofThisProcess { return taken }  // started again inside of a pool
        let cgroup = DelegatedCgroup(path: own)
        // Alone in it: others, such as a login session's, must not be left in a folder that is no leaf any more.
        guard !roots.contains(own), cgroup.read("cgroup.procs").split(separator: "\n") == ["\(getpid())"],
            mkdir("\(own)/\(pool)", 0o755) == 0 || errno == EEXIST, cgroup.enterPool()
        else { return nil }
        // One by one: the kernel takes all of them or none, and not each is delegated everywhere.
        for controller in ["memory", "pids", "cpu"] { _ = cgroup.write("+\(controller)", to: "cgroup.subtree_control") }
        return cgroup
    }

    /// For a worker, and for the supervisor again: the folder above the `pool` that this process is in.
    public static var ofThisProcess: DelegatedCgroup? {
        of(process: "self").flatMap { access($0.path + "/cgroup.procs", W_OK) == 0 ? $0 : nil }
    }

    /// What the supervisor `pid` has taken over; nil when nothing was delegated to it.
    public static func of(supervisor pid: pid_t) -> DelegatedCgroup? { of(process: "\(pid)") }

    /// The kernel's controllers that bound tasks here, such as `memory`.
    public var controllers: Set<String> {
        Set(read("cgroup.subtree_control").split { $0 == " " || $0 == "\n" }.map(String.init))
    }

    /// Runs `body`, which spawns a process, inside of a new cgroup `name` with those of `limits` that `controllers` bound.
    /// - Returns: nil, and nothing run, when the cgroup can't be made.
    public func within<Result, Failure: Error>(
        _ name: String, _ limits: TaskLimits, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard mkdir("\(path)/\(name)", 0o755) == 0 || errno == EEXIST else { return nil }
        // One more for as long as we are in it ourselves.
        if let pidsMax = limits.pidsMax { _ = write("\(pidsMax + 1)", to: "\(name)/pids.max") }
        if let cpuWeight = limits.cpuWeight { _ = write("\(cpuWeight)", to: "\(name)/cpu.weight") }
        guard write("\(getpid())", to: "\(name)/cgroup.procs") else { return nil }
        defer {
            enterPool()
            if let pidsMax = limits.pidsMax { _ = write("\(pidsMax)", to: "\(name)/pids.max") }
            boundMemory(of: name, limits)
        }
        return try body()
    }

    /// Once we have left it: a kill for want of memory would take us too. What has been taken by then counts.
    private func boundMemory(of name: String, _ limits: TaskLimits) {
        guard let memoryMax = limits.memoryMax else { return }
        _ = write("0", to: "\(name)/memory.swap.max")  // absent where there is no swap
        _ = write("1", to: "\(name)/memory.oom.group")  // half of a task is of no use
        _ = write("\(memoryMax)", to: "\(name)/memory.max")
    }

    /// True when the kernel has killed a process of the cgroup `name` for want of memory.
    public func ranOutOfMemory(_ name: String) -> Bool {
        read("\(name)/memory.events").split(separator: "\n").contains {
            $0.hasPrefix("oom_kill ") && !$0.hasSuffix(" 0")
        }
    }

    /// Kills all that is in the cgroup `name`, whatever its session, its parents and its environment.
    public func kill(_ name: String) { _ = write("1", to: "\(name)/cgroup.kill") }

    /// Kills what is left in the cgroup `name`, and deletes it once that has gone: within a second, or it stays.
    public func remove(_ name: String) {
        kill(name)
        let deadline = MonotonicClock.now + .seconds(1)
        while rmdir("\(path)/\(name)") != 0, errno == EBUSY, MonotonicClock.now < deadline {
            MonotonicClock.pause(for: .microseconds(500))
        }
    }

    @discardableResult
    private func enterPool() -> Bool { write("\(getpid())", to: "\(Self.pool)/cgroup.procs") }

    private func write(_ text: String, to file: String) -> Bool {
        let number = open("\(path)/\(file)", O_WRONLY | O_CLOEXEC)
        guard number >= 0 else { return false }
        defer { close(number) }
        return writeAll(text, to: number)
    }

    private func read(_ file: String) -> Substring {
        String(decoding: (try? readFile("\(path)/\(file)")) ?? [], as: UTF8.self).drop { $0 == "\n" }
    }

    /// Where the unified hierarchy is mounted: alone, or by systemd beside those of version 1.
    private static let roots = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"]

    private static func folder(ofProcess process: String) -> String? {
        let lines = String(decoding: (try? readFile("/proc/\(process)/cgroup")) ?? [], as: UTF8.self)
            .split(separator: "\n")
        guard let root = roots.first(where: { access($0 + "/cgroup.procs", F_OK) == 0 }),
            let line = lines.first(where: { $0.hasPrefix("0::/") })
        else { return nil }
        return root + (line.dropFirst(3) == "/" ? "" : line.dropFirst(3))
    }

    private static func of(process: String) -> DelegatedCgroup? {
        guard let folder = folder(ofProcess: process), folder.hasSuffix("/\(pool)") else { return nil }
        return DelegatedCgroup(path: parentFolder(of: folder))
    }
}
