import CLinux
import Glibc

/// The one loop of a program: signals, descriptors, ends of processes and timers, each bound to a handler.
///
/// A handler that throws ends `run()` with that error. A wake-up is a hint: handlers look at the state of the
/// world and never count wake-ups.
public final class EventLoop {
    public typealias Handler = () throws -> Void

    /// Names a timer, so that it can be cancelled.
    public struct TimerID: Equatable { fileprivate let number: Int }

    private struct Timer {
        let id: TimerID
        let due: Duration
        let handler: Handler
    }

    private static let eventsInRound = 64
    private let epoll: FileDescriptor
    private var watched: [Int32: (registration: UInt32, handler: Handler)] = [:]
    private var registrations: UInt32 = 0
    private var owned: [Int32] = []
    private var timers: [Timer] = []  // the next one last
    private var timersMade = 0
    private var isStopped = false

    public init() throws(SystemError) {
        let number = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard number >= 0 else { throw SystemError("make an event loop") }
        epoll = FileDescriptor(owning: number)
    }

    deinit { for number in owned { Glibc.close(number) } }

    /// Calls `handler` whenever `descriptor` can be read or has come to its end. The caller keeps owning it.
    public func onReadable(_ descriptor: Int32, _ handler: @escaping Handler) throws(SystemError) {
        try watch(descriptor, for: EPOLLIN.rawValue, handler)
    }

    /// Calls `handler` whenever `descriptor` takes more bytes. The caller keeps owning it.
    public func onWritable(_ descriptor: Int32, _ handler: @escaping Handler) throws(SystemError) {
        try watch(descriptor, for: EPOLLOUT.rawValue, handler)
    }

    private func watch(_ descriptor: Int32, for events: UInt32, _ handler: @escaping Handler) throws(SystemError) {
        registrations &+= 1
        // The number of a descriptor that is closed in a round may be given to another one in the same round: an event
        // of the old one must not reach the handler of the new one.
        let key = UInt64(registrations) << 32 | UInt64(UInt32(bitPattern: descriptor))
        var event = epoll_event(events: events, data: epoll_data_t(u64: key))
        guard epoll_ctl(epoll.number, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            throw SystemError("watch a descriptor")
        }
        watched[descriptor] = (registrations, handler)
    }

    /// Calls `handler` when nobody reads the pipe or socket `descriptor` any more; never for anything else.
    public func onReaderGone(_ descriptor: Int32, _ handler: @escaping Handler) throws(SystemError) {
        // A terminal tells by a signal, and a file has no reader.
        guard let status = fileStatus("/proc/self/fd/\(descriptor)"),
            [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
        else { return }
        try watch(descriptor, for: 0, handler)  // errors are always told
    }

    /// Changes when the handler of `descriptor` is called: when it can be read, when it can be written, both, or only when
    /// it is broken.
    public func want(_ descriptor: Int32, reading: Bool, writing: Bool) throws(SystemError) {
        guard let (registration, _) = watched[descriptor] else { return }
        let key = UInt64(registration) << 32 | UInt64(UInt32(bitPattern: descriptor))
        let events = (reading ? EPOLLIN.rawValue : 0) | (writing ? EPOLLOUT.rawValue : 0)
        var event = epoll_event(events: events, data: epoll_data_t(u64: key))
        guard epoll_ctl(epoll.number, EPOLL_CTL_MOD, descriptor, &event) == 0 else {
            throw SystemError("watch a descriptor")
        }
    }

    /// Forgets `descriptor`; must come before it is closed.
    public func removeReadable(_ descriptor: Int32) {
        guard watched.removeValue(forKey: descriptor) != nil else { return }
        epoll_ctl(epoll.number, EPOLL_CTL_DEL, descriptor, nil)
    }

    /// Forgets `descriptor` and closes it; it must be the only one of what it has open, which the kernel forgets then too.
    public func close(_ descriptor: Int32) {
        watched.removeValue(forKey: descriptor)
        Glibc.close(descriptor)
    }

    /// Calls `handler` for arrivals of `signal`, which is blocked first, so that none is lost on its way here.
    public func onSignal(_ signal: Int32, _ handler: @escaping Handler) throws(SystemError) {
        var set = SignalSet.of(signal)
        sigprocmask(SIG_BLOCK, &set, nil)
        let number = signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard number >= 0 else { throw SystemError("watch a signal") }
        owned.append(number)
        try onReadable(number) {
            var info = signalfd_siginfo()
            while read(number, &info, MemoryLayout.size(ofValue: info)) > 0 {}  // arrivals merge into one call
            try handler()
        }
    }

    /// Calls `handler` once, when the process `pid` has ended. Reaping it is not done here.
    /// - Returns: false when there is no such process any more.
    public func onExit(of pid: pid_t, _ handler: @escaping Handler) throws(SystemError) -> Bool {
        let number = pidfd_open(pid, 0)
        guard number >= 0 else {
            if errno == ESRCH { return false }
            throw SystemError("watch process", "\(pid)")
        }
        do {
            try onReadable(number) {
                self.close(number)
                try handler()
            }
        } catch {
            Glibc.close(number)
            throw error
        }
        return true
    }

    /// Calls `handler` once, `delay` from now.
    @discardableResult
    public func after(_ delay: Duration, _ handler: @escaping Handler) -> TimerID {
        timersMade += 1
        let timer = Timer(id: TimerID(number: timersMade), due: MonotonicClock.now + delay, handler: handler)
        timers.insert(timer, at: timers.firstIndex { $0.due <= timer.due } ?? timers.endIndex)
        return timer.id
    }

    public func cancel(_ timer: TimerID?) {
        timers.removeAll { $0.id == timer }
    }

    /// Makes `run()` return when the present handler is done.
    public func stop() { isStopped = true }

    /// Waits and dispatches until `stop()` or an error of a handler.
    public func run() throws {
        isStopped = false
        var events = [epoll_event](repeating: epoll_event(), count: Self.eventsInRound)
        while !isStopped {
            let count = epoll_wait(epoll.number, &events, Int32(events.count), millisecondsToNextTimer)
            guard count >= 0 || errno == EINTR else { throw SystemError("wait for events") }
            for event in events.prefix(Int(max(count, 0))) where !isStopped { try dispatch(event.data.u64) }
            // One at a time: a handler that has taken long must not make others too late for what has happened meanwhile,
            // such as the time limit of a task that has ended.
            if !isStopped, let next = timers.last, next.due <= MonotonicClock.now {
                timers.removeLast()
                try next.handler()
            }
        }
    }

    private func dispatch(_ key: UInt64) throws {
        let descriptor = Int32(bitPattern: UInt32(truncatingIfNeeded: key))
        // Another handler of this round may have removed it.
        guard let entry = watched[descriptor], entry.registration == UInt32(key >> 32) else { return }
        try entry.handler()
    }

    private var millisecondsToNextTimer: Int32 {
        guard let next = timers.last else { return -1 }
        let wait = (next.due - MonotonicClock.now).millisecondsRoundedUp
        return Int32(clamping: max(wait, 0))
    }
}
