import KoubouCore

extension Store {
    /// Opens the queue of `home`, and tells when that has brought its database up to date.
    convenience init(opening home: Home, patience: Duration = .seconds(10), tell: (String) -> Void) throws {
        try self.init(home: home, patience: patience)
        if let upgrade { tell(upgrade.line) }
    }
}

/// The queue, opened when it is first needed, and anew when somebody has deleted or replaced it.
final class QueueConnection {
    private let home: Home
    private var opened: Store?
    /// Called when the queue that was open is not there any more, or can't be read.
    var onLoss: (any Error) -> Void = { _ in }

    /// A server that waits for a lock answers nobody.
    private static let patience: Duration = .seconds(3)

    private let tell: (String) -> Void

    /// - Parameter tell: tells a person what opening the queue has done.
    init(home: Home, tell: @escaping (String) -> Void) { (self.home, self.tell) = (home, tell) }

    /// That of a program which has opened it.
    convenience init(of store: Store, tell: @escaping (String) -> Void) {
        self.init(home: store.home, tell: tell)
        opened = store
    }

    var store: Store {
        get throws {
            if let opened {
                do {
                    try opened.refuseGone()
                    return opened
                } catch { lose(error) }
            }
            let store = try Store(opening: home, patience: Self.patience, tell: tell)
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
