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

    /// For the supervisor: moves this process into the leaf `pool` of its cgroup and switches the controllers on beside it.
    /// Nil where no cgroup with that of memory is delegated to us.
    public static func takeOver() -> DelegatedCgroup? {
        guard let own = folderOfThisProcess else { return nil }
        if let taken = of(folder: own) { return taken }  // started again inside of a pool
        let cgroup = DelegatedCgroup(path: own)
        // Alone in it: others, such as a login session's, must not be left in a folder that is no leaf any more.
        guard own != root, cgroup.read("cgroup.procs").split(separator: "\n") == ["\(getpid())"],
            cgroup.read("cgroup.controllers").split(separator: " ").contains("memory"),
            mkdir("\(own)/\(pool)", 0o755) == 0 || errno == EEXIST, cgroup.enterPool(),
            cgroup.write("+memory", to: "cgroup.subtree_control")
        else { return nil }
        // One by one: the kernel takes all of them or none.
        for controller in ["pids", "cpu"] { _ = cgroup.write("+\(controller)", to: "cgroup.subtree_control") }
        return cgroup
    }

    /// For a worker: the folder above the `pool` that its supervisor has put it into.
    public static var ofThisWorker: DelegatedCgroup? { folderOfThisProcess.flatMap(of(folder:)) }

    /// True when the supervisor `pid` has taken over a cgroup: limits of memory have an effect then.
    public static func isTakenOver(by pid: pid_t) -> Bool {
        folder(ofProcess: "\(pid)")?.hasSuffix("/\(pool)") ?? false
    }

    /// Runs `body`, which spawns a process, inside of a new cgroup `name` with those of `limits` that it can bound.
    /// - Returns: nil, and nothing run, when the cgroup can't be made.
    public func within<Result, Failure: Error>(
        _ name: String, _ limits: TaskLimits, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard mkdir("\(path)/\(name)", 0o755) == 0 || errno == EEXIST else { return nil }
        if let memoryMax = limits.memoryMax {
            guard write("\(memoryMax)", to: "\(name)/memory.max") else { return nil }
            _ = write("0", to: "\(name)/memory.swap.max")  // absent where there is no swap
            _ = write("1", to: "\(name)/memory.oom.group")  // half of a task is of no use
        }
        // These two controllers may not be among what is delegated.
        if let pidsMax = limits.pidsMax { _ = write("\(pidsMax)", to: "\(name)/pids.max") }
        if let cpuWeight = limits.cpuWeight { _ = write("\(cpuWeight)", to: "\(name)/cpu.weight") }
        guard write("\(getpid())", to: "\(name)/cgroup.procs") else { return nil }
        defer { enterPool() }
        return try body()
    }

    /// True when the kernel has killed a process of the cgroup `name` for want of memory.
    public func ranOutOfMemory(_ name: String) -> Bool {
        read("\(name)/memory.events").split(separator: "\n").contains {
            $0.hasPrefix("oom_kill ") && !$0.hasSuffix(" 0")
        }
    }

    /// Kills all that is in the cgroup `name`, whatever its session, its parents and its environment.
    public func kill(_ name: String) { _ = write("1", to: "\(name)/cgroup.kill") }

    /// Kills what is left in the cgroup `name`, and deletes it.
    public func remove(_ name: String) {
        kill(name)
        rmdir("\(path)/\(name)")
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

    private static let root = "/sys/fs/cgroup"

    /// Nil where the unified hierarchy is not mounted at its usual place.
    private static var folderOfThisProcess: String? { folder(ofProcess: "self") }

    private static func folder(ofProcess process: String) -> String? {
        let lines = String(decoding: (try? readFile("/proc/\(process)/cgroup")) ?? [], as: UTF8.self)
            .split(separator: "\n")
        guard access(root + "/cgroup.controllers", F_OK) == 0, let line = lines.first(where: { $0.hasPrefix("0::/") })
        else {
            return nil
        }
        return root + (line.dropFirst(3) == "/" ? "" : line.dropFirst(3))
    }

    private static func of(folder: String) -> DelegatedCgroup? {
        folder.hasSuffix("/\(pool)") && access(folder + "/cgroup.procs", W_OK) == 0
            ? DelegatedCgroup(path: parentFolder(of: folder)) : nil
    }
}
