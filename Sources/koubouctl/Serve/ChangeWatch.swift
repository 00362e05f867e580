import Glibc
import KoubouCore

/// Hears of changes of the queue while somebody waits for some; otherwise it sleeps.
///
/// Every commit of any program is a write to the write-ahead log, of which the kernel tells at once. It may tell a moment
/// before the commit can be seen: then we look again.
final class ChangeWatch {
    private let store: Store
    private let loop: EventLoop
    private let onLook: (_ hasChanged: Bool) -> Bool
    private var isOn = false
    private var log: FileWatch?
    private var seenVersion = 0
    private var hasOwnChange = false
    private var timer: EventLoop.TimerID?
    private var lookedAt = MonotonicClock.now
    /// Looks since the last write of which nothing was seen.
    private var looksInVain = 0

    /// What may change without a commit is looked at so often.
    private static let pause: Duration = .milliseconds(100)
    /// Between two looks, so that a busy queue does not keep us from our clients.
    private static let rest: Duration = .milliseconds(5)
    private static let looksInVainMax = 6

    /// - Parameter onLook: returns false when nobody waits any more.
    init(_ store: Store, on loop: EventLoop, onLook: @escaping (_ hasChanged: Bool) -> Bool) throws {
        (self.store, self.loop, self.onLook) = (store, loop, onLook)
        try loop.onSignal(SIGUSR1) { [self] in if isOn { look(after: .zero) } }
    }

    /// Must come before the first look at what is waited for.
    func start() {
        guard !isOn else { return }
        // Both only save time: without them we look.
        try? store.listen(ProcessIdentity.current, to: nil)
        watchLog()
        (isOn, seenVersion) = (true, -1)
        look(after: Self.pause)
    }

    /// This process has changed something itself, of which the version of the database does not tell it.
    func look() {
        hasOwnChange = true
        if isOn { look(after: .zero) }
    }

    private func watchLog() {
        guard let log = FileWatch(store.home.database + "-wal") else { return }
        self.log = log
        try? loop.onReadable(log.descriptor) { [self] in
            log.drain()
            looksInVain = 0
            look(after: max(.zero, lookedAt + Self.rest - MonotonicClock.now))
        }
    }

    private func look(after delay: Duration) {
        loop.cancel(timer)
        timer = loop.after(delay) { [self] in
            timer = nil
            try store.refuseGone()
            lookedAt = MonotonicClock.now
            // What can't be read just now is looked at the next time.
            let version = (try? store.dataVersion()) ?? -1
            let hasChanged = version != seenVersion || hasOwnChange
            (seenVersion, hasOwnChange) = (version, false)
            guard onLook(hasChanged) else { return sleep() }
            looksInVain = hasChanged ? Self.looksInVainMax : min(looksInVain + 1, Self.looksInVainMax)
            let isExpected = looksInVain < Self.looksInVainMax
            if timer == nil { look(after: isExpected ? .milliseconds(1 << looksInVain) : Self.pause) }
        }
    }

    private func sleep() {
        isOn = false
        if let log { loop.removeReadable(log.descriptor) }
        log = nil
        loop.cancel(timer)
        timer = nil
        try? store.stopListening(ProcessIdentity.current)
    }
}
