import CLinux
import Glibc

/// How a process ended, and what it used.
public struct ProcessEnd: Equatable, Sendable {
    public enum Cause: Equatable, Sendable {
        case exited(Int)
        case signalled(Int)

        /// For people, after the name of the process.
        public var text: String {
            switch self {
            case .exited(let status): "exited with status \(status)"
            case .signalled(let signal): "was killed by signal \(signalName(signal))"
            }
        }
    }

    public let cause: Cause
    /// User and system time of the process and of those of its children that it waited for.
    public let cpuTime: Duration
    /// Peak resident memory of the largest of them, in bytes.
    public let peakMemory: Int

    /// Reaps the child `pid`, which has ended already; nil when it isn't a child of ours.
    public init?(reaping pid: pid_t) {
        var status: Int32 = 0
        var usage = rusage()
        guard retryingInterrupts({ wait4(pid, &status, 0, &usage) }) == pid else { return nil }
        cause =
            koubou_exited(status) != 0
            ? .exited(Int(koubou_exit_status(status))) : .signalled(Int(koubou_term_signal(status)))
        func time(_ value: timeval) -> Duration { .seconds(value.tv_sec) + .microseconds(value.tv_usec) }
        cpuTime = time(usage.ru_utime) + time(usage.ru_stime)
        peakMemory = usage.ru_maxrss * 1024
    }
}

/// A child that has ended and waits to be reaped, or nil; it is left as it is, so that its process group can still
/// be signalled without hitting somebody else's.
public func endedChild() -> pid_t? {
    var info = siginfo_t()
    let status = retryingInterrupts { waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) }
    let pid = info._sifields._sigchld.si_pid
    return status == 0 && pid > 0 ? pid : nil
}

/// True while this process has any child at all, running or not reaped.
public func hasChildren() -> Bool {
    var info = siginfo_t()
    return retryingInterrupts { waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) } == 0
}

/// Children that this program had when it began: whoever became it by exec has made them, and they are none of its business.
public enum InheritedChildren {
    nonisolated(unsafe) private static var processes: Set<ProcessIdentity> = []

    /// To be called before the program makes any.
    public static func note() {
        guard hasChildren() else { return }  // to look through all processes takes time
        processes = Set(ProcessTable.children().compactMap { ProcessIdentity(of: $0.pid) })
    }

    static func contains(_ pid: pid_t) -> Bool {
        !processes.isEmpty && ProcessIdentity(of: pid).map(processes.contains) ?? false
    }
}

/// Kills and reaps every child of this process that `spares` doesn't spare, and what these leave behind in turn:
/// as a subreaper we inherit their children, whatever session these made for themselves. To the first process of a container
/// come all orphans: there, only those of a task are meant.
///
/// - Returns: false when one could not be killed within `limit` (a process in an uninterruptible system call).
@discardableResult
public func killStragglers(within limit: Duration = .seconds(5), sparing spares: (pid_t) -> Bool = { _ in false })
    -> Bool
{
    guard hasChildren() else { return true }
    let deadline = MonotonicClock.now + limit
    while true {
        var isDone = true
        for child in ProcessTable.children() where !spares(child.pid) && !InheritedChildren.contains(child.pid) {
            if child.isDead {
                _ = ProcessEnd(reaping: child.pid)
            } else {
                let isMeant =
                    getpid() == 1 ? ProcessTable.environment(of: child.pid).holds(mark: "KOUBOU_CLAIM=") : true
                if isMeant == true { kill(child.pid, SIGKILL) }
                if isMeant == false { continue }
            }
            isDone = false
        }
        if isDone { return true }
        if MonotonicClock.now > deadline { return false }
        MonotonicClock.pause(for: .microseconds(500))
    }
}

/// Puts `/dev/null` where stdin, stdout or stderr are closed, so that no file of ours gets one of these numbers. It
/// can't be written there: what was to be told and could not is an error.
public func fillStandardDescriptors() {
    while true {
        let number = open("/dev/null", O_RDONLY)
        if number > 2 || number < 0 {
            if number > 2 { close(number) }
            return
        }
    }
}
