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
        all().filter { !$0.isDead }.map(\.pid).filter { environment(of: $0).holds(entries) == true }
    }

    /// The process of `program` that has the file at `path` open, among those that we may look into.
    public static func holder(of path: String, program: String) -> ProcessIdentity? {
        // An upgrade may have replaced the program meanwhile.
        let names = [program, program + " (deleted)"]
        for process in all() {
            guard let exe = linkTarget("/proc/\(process.pid)/exe"), names.contains(fileName(of: exe)) else { continue }
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

    /// Kills the processes whose environment holds each of `entries`, and those that they start meanwhile, for at most
    /// two seconds. For what no parent of ours can find any more.
    public static func killAll(holding entries: [String]) {
        let start = MonotonicClock.now
        while true {
            let living = all().filter { !$0.isDead }.map(\.pid)
            let isHolder = living.map { environment(of: $0).holds(entries) }
            for (pid, isMeant) in zip(living, isHolder) where isMeant == true {
                ProcessIdentity(of: pid)?.send(SIGKILL)
            }
            let time = MonotonicClock.now - start
            if isHolder.allSatisfy({ $0 == false }) || time > .seconds(2) { return }
            MonotonicClock.pause(for: .milliseconds(1))
        }
    }

    /// The environment that a process was started with, as far as we may see it.
    static func environment(of pid: pid_t) -> ProcessEnvironment {
        func read() -> [UInt8] { (try? readFile("/proc/\(pid)/environ")) ?? [] }
        let bytes = read()
        // In the midst of an exec a process has no environment yet. A kernel thread never has, and no program.
        if bytes.isEmpty, linkTarget("/proc/\(pid)/exe") != nil {
            return ProcessStatus(of: pid)?.isBecoming ?? false ? .notYetThere : .words(read().split(separator: 0))
        }
        return .words(bytes.split(separator: 0))
    }
}

enum ProcessEnvironment {
    case words([ArraySlice<UInt8>])
    /// The process is about to become another program.
    case notYetThere

    /// nil when that can't be told yet.
    func holds(_ entries: [String]) -> Bool? {
        guard case .words(let words) = self else { return nil }
        return entries.allSatisfy { entry in words.contains { $0.elementsEqual(entry.utf8) } }
    }

    /// Whether a word begins with `mark`; nil when that can't be told yet.
    func holds(mark: String) -> Bool? {
        guard case .words(let words) = self else { return nil }
        return words.contains { $0.starts(with: mark.utf8) }
    }
}
