import Glibc

/// The processes of this machine, as `/proc` shows them.
public enum ProcessTable {
    /// All processes that can be seen; some may have ended when this returns.
    public static func all() -> [ProcessStatus] {
        fileNames(in: "/proc").compactMap { name in pid_t(name).flatMap { ProcessStatus(of: $0) } }
    }

    /// Children of this process, dead ones that wait to be reaped among them.
    public static func children() -> [ProcessStatus] {
        let own = getpid()
        return all().filter { $0.parent == own }
    }

    /// The living processes whose environment holds each of `entries` (`NAME=value`).
    public static func holding(environment entries: [String]) -> [pid_t] {
        all().filter { !$0.isDead }.map(\.pid).filter { pid in
            guard let bytes = try? readFile("/proc/\(pid)/environ") else { return false }
            let present = Set(bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
            return entries.allSatisfy(present.contains)
        }
    }

    /// The process of `program` that has the file at `path` open, among those that we may look into.
    public static func holder(of path: String, program: String) -> ProcessIdentity? {
        for process in all() where linkTarget("/proc/\(process.pid)/exe").map(fileName(of:)) == program {
            let folder = "/proc/\(process.pid)/fd"
            if fileNames(in: folder).contains(where: { linkTarget(folder + "/" + $0) == path }) {
                return ProcessIdentity(of: process.pid)
            }
        }
        return nil
    }

    /// Kills the process group and the session of `leader` and all that descends from it, whether it lives itself or not.
    /// Nothing is done when its pid has become somebody else's: while a group or a session of that number has members, the
    /// kernel gives it to nobody, and members are younger than their leader.
    public static func killTree(of leader: ProcessIdentity) {
        guard let start = leader.startTime, ProcessIdentity(of: leader.pid).map({ $0 == leader }) ?? true else {
            return
        }
        let all = all()
        var tree = Set(
            all.filter { ($0.group == leader.pid || $0.session == leader.pid) && $0.startTime >= start }.map(\.pid))
        if leader.isAlive { tree.insert(leader.pid) }
        var count = 0
        while tree.count > count {
            count = tree.count
            for process in all where tree.contains(process.parent) { tree.insert(process.pid) }
        }
        let members = tree.compactMap(ProcessIdentity.init(of:))
        for process in members { process.send(SIGKILL) }
    }

    /// True when a word of the process's environment begins with `mark`.
    static func hasMark(_ mark: String, _ pid: pid_t) -> Bool {
        ((try? readFile("/proc/\(pid)/environ")) ?? []).split(separator: 0).contains { $0.starts(with: mark.utf8) }
    }

    /// Kills the processes whose environment holds each of `entries`, and those that they start meanwhile, for at most
    /// two seconds. For what no parent of ours can find any more.
    public static func killAll(holding entries: [String]) {
        let deadline = MonotonicClock.now + .seconds(2)
        while MonotonicClock.now < deadline {
            let left = holding(environment: entries).compactMap(ProcessIdentity.init(of:))
            if left.isEmpty { return }
            for process in left { process.send(SIGKILL) }
        }
    }
}
