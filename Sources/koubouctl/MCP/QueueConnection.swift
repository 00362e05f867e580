import KoubouCore

/// The queue, opened when it is first needed, and anew when somebody has deleted or replaced it.
final class QueueConnection {
    private let home: Home
    private var opened: Store?

    /// A server that waits for a lock answers nobody.
    private static let patience: Duration = .seconds(3)

    init(home: Home) { self.home = home }

    var store: Store {
        get throws {
            if let opened, (try? opened.refuseGone()) != nil { return opened }
            opened = nil
            let store = try Store(home: home, patience: Self.patience)
            opened = store
            return store
        }
    }

    /// Nil when it is not open.
    var openStore: Store? { opened }

    func drop() { opened = nil }
}
