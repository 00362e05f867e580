import CLinux
import Glibc

/// One writer at a time among all processes of a home, in the order in which they came.
///
/// SQLite's own lock lets waiters sleep and try again, and some of them starve; an flock(2) of an empty file wakes
/// them one after another. It orders writers and protects nothing: that SQLite still does.
final class WriteLock {
    private var file: Int32 = -1
    private let path: String
    private let patience: Duration
    private var formerMask = sigset_t()

    /// - Parameter patience: how long `acquire` waits.
    init(path: String, patience: Duration) { (self.path, self.patience) = (path, patience) }

    deinit { if file >= 0 { close(file) } }

    /// Who only reads makes no file.
    private func openFile() throws(StoreError) {
        guard file < 0 else { return }
        file = retryingInterrupts { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
        guard file >= 0 else { throw .system(SystemError("create", path)) }
    }

    /// Waits for its turn. While it is held, Ctrl-Z waits: a writer that sleeps would hold up everybody.
    func acquire() throws(StoreError) {
        try openFile()
        var stops = SignalSet.of(SIGTSTP)
        sigprocmask(SIG_BLOCK, &stops, &formerMask)
        do { try wait() } catch {
            sigprocmask(SIG_SETMASK, &formerMask, nil)
            throw error
        }
    }

    func release() {
        _ = flock(file, LOCK_UN)
        sigprocmask(SIG_SETMASK, &formerMask, nil)
    }

    private func wait() throws(StoreError) {
        if flock(file, LOCK_EX | LOCK_NB) == 0 { return }
        // flock has no time limit: an alarm that does nothing interrupts it, again and again, lest the first one
        // comes just before we sleep. It is of this thread, as another one may wait for the lock of another home.
        let deadline = MonotonicClock.now + patience
        let alarm = try startAlarm(everyMilliseconds: 200)
        defer { timer_delete(alarm) }
        while flock(file, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .system(SystemError("lock", path)) }
            guard MonotonicClock.now < deadline else { throw .busy(after: patience, path: path) }
        }
    }

    /// - Returns: the timer; nil is one too, the kernel counts from 0.
    private func startAlarm(everyMilliseconds period: Int) throws(StoreError) -> timer_t? {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        sigaction(SIGALRM, &action, nil)
        var set = SignalSet.of(SIGALRM)
        sigprocmask(SIG_UNBLOCK, &set, nil)
        var alarm: timer_t?
        guard koubou_make_thread_timer(&alarm, SIGALRM) == 0 else { throw .system(SystemError("wait for", path)) }
        let interval = timespec(tv_sec: 0, tv_nsec: period * 1_000_000)
        var time = itimerspec(it_interval: interval, it_value: interval)
        timer_settime(alarm, 0, &time, nil)
        return alarm
    }
}
