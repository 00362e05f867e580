import Glibc
import KoubouCore

/// Hears of changes of the queue while somebody waits for some: by signal when a task has ended, and by looking. Otherwise it
/// sleeps.
final class QueueWatch {
    private let queue: QueueConnection
    private let loop: EventLoop
    private let isNeeded: () -> Bool
    private let onLook: (_ store: Store, _ hasChanged: Bool) throws -> Void
    private var seenVersion = 0
    private var hasOwnChange = false
    private var isOn = false
    private var hearsSignals = false
    private var timer: EventLoop.TimerID?

    private static let pause: Duration = .milliseconds(100)

    /// - Parameter onLook: is called ten times a second, also when nothing has changed; when it throws, the queue counts as
    ///   lost.
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
        if !hearsSignals { try loop.onSignal(SIGUSR1) { [self] in if isOn { look(hasChanged: true) } } }
        hearsSignals = true
        // Signals only save time: without them we look.
        try? store.listen(ProcessIdentity.current, to: nil)
        (isOn, seenVersion) = (true, -1)
        lookLater()
    }

    /// This process has changed something itself, of which the version of the database does not tell it.
    func noteOwnChange() { hasOwnChange = true }

    func stop() {
        guard isOn else { return }
        isOn = false
        try? queue.openStore?.stopListening(ProcessIdentity.current)
    }

    /// The queue that was watched is there no more.
    func forget() {
        isOn = false
        loop.cancel(timer)
    }

    private func lookLater() {
        timer = loop.after(Self.pause) { [self] in
            guard isOn else { return }
            guard isNeeded() else { return stop() }
            // What can't be read just now is looked at the next time.
            let version = (try? queue.openStore?.dataVersion()) ?? -1
            let hasChanged = version != seenVersion || hasOwnChange
            (seenVersion, hasOwnChange) = (version, false)
            look(hasChanged: hasChanged)
            if isOn { lookLater() }
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
