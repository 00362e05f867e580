import Glibc
import KoubouCore

/// Hears of changes of the queue while somebody waits for some; otherwise it sleeps.
///
/// Every commit of any program is a write to the write-ahead log, of which the kernel tells at once. It may tell a moment
/// before the commit can be seen: then we look again.
final class QueueWatch {
    private let queue: QueueConnection
    private let loop: EventLoop
    private let isNeeded: () -> Bool
    private let onLook: (_ store: Store, _ hasChanged: Bool) throws -> Void
    private var log: FileWatch?
    private var seenVersion = 0
    private var hasOwnChange = false
    private var isOn = false
    private var hearsSignals = false
    private var timer: EventLoop.TimerID?
    private var lookedAt = MonotonicClock.now
    /// Looks since the last write of which nothing was seen.
    private var looksInVain = 0

    /// What may change without a commit is looked at so often.
    private static let pause: Duration = .milliseconds(100)
    /// Between two looks, so that a busy queue does not keep us from our clients.
    private static let rest: Duration = .milliseconds(5)
    private static let looksInVainMax = 6

    /// - Parameter onLook: is called at least ten times a second, also when nothing has changed; when it throws, the queue
    ///   counts as lost.
    init(
        _ queue: QueueConnection, on loop: EventLoop, while isNeeded: @escaping () -> Bool,
        onLook: @escaping (_ store: Store, _ hasChanged: Bool) throws -> Void
    ) {
        (self.queue, self.loop, self.isNeeded, self.onLook) = (queue, loop, isNeeded, onLook)
    }

    /// Must come before the first look at what is waited for.
    func start() throws {
        guard !isOn else { return }
        let store = try queue.store
        if !hearsSignals { try loop.onSignal(SIGUSR1) { [self] in noteOwnChange() } }
        hearsSignals = true
        // Both only save time: without them we look.
        try? store.listen(ProcessIdentity.current, to: nil)
        watchLog(of: store)
        (isOn, seenVersion) = (true, -1)
        look(after: Self.pause)
    }

    /// This process has changed something itself, of which the version of the database does not tell it.
    func noteOwnChange() {
        hasOwnChange = true
        if isOn { look(after: .zero) }
    }

    func stop() {
        guard isOn else { return }
        forget()
        try? queue.openStore?.stopListening(ProcessIdentity.current)
    }

    /// The queue that was watched is there no more.
    func forget() {
        isOn = false
        if let log { loop.removeReadable(log.descriptor) }
        log = nil
        loop.cancel(timer)
        timer = nil
    }

    private func watchLog(of store: Store) {
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
            guard isOn else { return }
            guard isNeeded() else { return stop() }
            lookedAt = MonotonicClock.now
            // What can't be read just now is looked at the next time.
            let version = (try? queue.openStore?.dataVersion()) ?? -1
            let hasChanged = version != seenVersion || hasOwnChange
            (seenVersion, hasOwnChange) = (version, false)
            look(hasChanged: hasChanged)
            looksInVain = hasChanged ? Self.looksInVainMax : min(looksInVain + 1, Self.looksInVainMax)
            let isExpected = looksInVain < Self.looksInVainMax
            if isOn, timer == nil { look(after: isExpected ? .milliseconds(1 << looksInVain) : Self.pause) }
        }
    }

    private func look(hasChanged: Bool) {
        do {
            guard let store = queue.openStore else { throw StoreError.gone(path: "") }
            try store.refuseGone()
            try onLook(store, hasChanged)
        } catch { queue.lose(error) }
    }
}
