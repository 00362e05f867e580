import CLinux
import Glibc

/// A process, named so that a reused pid or a reboot can't be mistaken for it.
public struct ProcessIdentity: Hashable, Sendable {
    public let pid: pid_t
    /// `BOOT_ID/START`: the boot id of the machine, and the start time in clock ticks after boot (proc(5), field 22).
    public let start: String

    public init(pid: pid_t, start: String) { (self.pid, self.start) = (pid, start) }

    /// The process that has `pid` now; nil when there is none, or only its remains wait to be reaped.
    public init?(of pid: pid_t) {
        guard let status = ProcessStatus(of: pid), !status.isDead else { return nil }
        self.init(pid: pid, start: "\(Self.bootID)/\(status.startTime)")
    }

    /// A child of ours that is not reaped yet; it may have died already.
    public init?(ofChild pid: pid_t) {
        guard let status = ProcessStatus(of: pid) else { return nil }
        self.init(pid: pid, start: "\(Self.bootID)/\(status.startTime)")
    }

    /// This process.
    public static var current: ProcessIdentity {
        ProcessIdentity(of: getpid()) ?? ProcessIdentity(pid: getpid(), start: "\(bootID)/0")
    }

    /// Clock ticks after boot; nil when that was another boot.
    var startTime: UInt64? {
        let parts = start.split(separator: "/")
        return parts.count == 2 && parts[0] == Self.bootID ? UInt64(parts[1]) : nil
    }

    public var isAlive: Bool { ProcessIdentity(of: pid) == self }

    /// Sends `signal` to this very process: the identity is compared while a pidfd holds the pid fast.
    /// - Returns: false when it is gone or may not be signalled by us.
    @discardableResult
    public func send(_ signal: Int32) -> Bool {
        let number = pidfd_open(pid, 0)
        guard number >= 0 else { return false }
        defer { close(number) }
        return isAlive && pidfd_send_signal(number, signal, nil, 0) == 0
    }

    private static let bootID: String = {
        let bytes = (try? readFile("/proc/sys/kernel/random/boot_id")) ?? []
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }()
}

/// What `/proc/PID/stat` tells of one process.
public struct ProcessStatus {
    public let pid: pid_t
    /// `R`, `S`, `D`, `T` (stopped), `Z` (dead, not reaped) …: proc(5), field 3.
    public let state: UInt8
    public let parent: pid_t
    public let group: pid_t
    public let session: pid_t
    /// Clock ticks after boot.
    public let startTime: UInt64
    /// In user and system mode, with the children that were waited for, in clock ticks.
    public let cpuTicks: UInt64
    public let residentPages: UInt64
    /// True in the midst of an exec, when nothing of the new program can be seen yet: `startcode` is 0 (proc(5), field 26).
    public let isBecoming: Bool

    public var isDead: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }
    public var isStopped: Bool { state == UInt8(ascii: "T") }

    public init?(of pid: pid_t) {
        guard let bytes = try? readFile("/proc/\(pid)/stat") else { return nil }
        // The name is in brackets and may hold anything, brackets and spaces too: the last one ends it.
        guard let bracket = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = bytes[(bracket + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 23, let state = fields[0].first else { return nil }
        func number(_ index: Int) -> Int64? { Int64(String(decoding: fields[index], as: UTF8.self)) }
        guard let parent = number(1), let group = number(2), let session = number(3),
            let start = number(19)
        else { return nil }
        self.pid = pid
        self.state = state
        self.parent = pid_t(truncatingIfNeeded: parent)
        self.group = pid_t(truncatingIfNeeded: group)
        self.session = pid_t(truncatingIfNeeded: session)
        startTime = UInt64(max(start, 0))
        cpuTicks = (11...14).reduce(0) { $0 &+ UInt64(max(number($1) ?? 0, 0)) }
        residentPages = UInt64(max(number(21) ?? 0, 0))
        isBecoming = number(23) == 0
    }
}
