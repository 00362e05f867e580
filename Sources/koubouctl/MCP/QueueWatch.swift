import Glibc
import KoubouCore

/// Hears of changes of the queue while somebody wants to: by signal when a task has ended, and by looking.
final class QueueWatch {
    private let queue: QueueConnection
    private let loop: EventLoop
    private let isNeeded: () -> Bool
    private let onChange: (Store) throws -> Void
    private let onTick: (Store) throws -> Void
    private var seenVersion = 0
    private var looks = 0
    private var isOn = false
    private var hearsSignals = false
    private var timer: EventLoop.TimerID?

    private static let pause: Duration = .milliseconds(100)
    private static let looksInTick = 5

    /// - Parameters:
    ///   - onChange: something has happened to a task.
    ///   - onTick: twice a second, for what no change of the queue tells.
    init(
        _ queue: QueueConnection, on loop: EventLoop, while isNeeded: @escaping () -> Bool,
        onChange: @escaping (Store) throws -> Void, onTick: @escaping (Store) throws -> Void
    ) {
        (self.queue, self.loop, self.isNeeded) = (queue, loop, isNeeded)
        (self.onChange, self.onTick) = (onChange, onTick)
    }

    /// Must come before the first look at what is waited for.
    func start() throws {
        guard !isOn else { return }
        let store = try queue.store
        if !hearsSignals { try loop.onSignal(SIGUSR1) { [self] in look() } }
        hearsSignals = true
        try store.listen(ProcessIdentity.current, to: nil)
        seenVersion = try store.dataVersion()
        isOn = true
        lookLater()
    }

    /// Looks now: this process has changed something itself.
    func look() {
        guard isOn else { return }
        attempt(onChange)
    }

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
            looks += 1
            attempt { store in
                try store.refuseGone()
                let version = try store.dataVersion()
                if version != seenVersion {
                    seenVersion = version
                    try onChange(store)
                }
                if looks % Self.looksInTick == 0 { try onTick(store) }
            }
            if isOn { lookLater() }
        }
    }

    private func attempt(_ body: (Store) throws -> Void) {
        do {
            guard let store = queue.openStore else { throw StoreError.gone(path: "") }
            try body(store)
        } catch { queue.lose(error) }
    }
}
