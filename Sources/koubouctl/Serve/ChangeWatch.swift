import Glibc
import KoubouCore

/// Hears of changes of the queue while somebody waits for some; otherwise it sleeps.
final class ChangeWatch {
    private let store: Store
    private let loop: EventLoop
    private let onLook: (_ hasChanged: Bool) -> Bool
    private var isOn = false
    private var seenVersion = 0
    private var hasOwnChange = false

    private static let pause: Duration = .milliseconds(100)

    /// - Parameter onLook: returns false when nobody waits any more.
    init(_ store: Store, on loop: EventLoop, onLook: @escaping (_ hasChanged: Bool) -> Bool) throws {
        (self.store, self.loop, self.onLook) = (store, loop, onLook)
        try loop.onSignal(SIGUSR1) { [self] in if isOn { _ = onLook(true) } }
    }

    /// Must come before the first look at what is waited for.
    func start() {
        guard !isOn else { return }
        // Signals only save time: without them we look.
        try? store.listen(ProcessIdentity.current, to: nil)
        (isOn, seenVersion) = (true, -1)
        lookLater()
    }

    /// This process has changed something itself, of which the version of the database does not tell it.
    func look() { hasOwnChange = true }

    private func lookLater() {
        loop.after(Self.pause) { [self] in
            try store.refuseGone()
            // What can't be read just now is looked at the next time.
            let version = (try? store.dataVersion()) ?? -1
            let hasChanged = version != seenVersion || hasOwnChange
            (seenVersion, hasOwnChange) = (version, false)
            if onLook(hasChanged) { return lookLater() }
            isOn = false
            try? store.stopListening(ProcessIdentity.current)
        }
    }
}
