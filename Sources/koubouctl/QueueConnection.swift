import KoubouCore

/// The queue, opened when it is first needed, and anew when somebody has deleted or replaced it.
final class QueueConnection {
    private let home: Home
    private var opened: Store?
    /// Called when the queue that was open is not there any more, or can't be read.
    var onLoss: (any Error) -> Void = { _ in }

    /// A server that waits for a lock answers nobody.
    private static let patience: Duration = .seconds(3)

    init(home: Home) { self.home = home }

    /// That of a program which has opened it.
    init(of store: Store) { (home, opened) = (store.home, store) }

    var store: Store {
        get throws {
            if let opened {
                do {
                    try opened.refuseGone()
                    return opened
                } catch { lose(error) }
            }
            let store = try Store(home: home, patience: Self.patience)
            opened = store
            return store
        }
    }

    /// Nil when it is not open.
    var openStore: Store? { opened }

    func lose(_ error: any Error) {
        opened = nil
        onLoss(error)
    }
}
