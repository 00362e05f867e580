import KoubouCore

/// What has happened since the gateway was started, counted when somebody asks: those who work pay nothing for it.
final class Meters {
    private let store: Store
    /// The last event and decision that were counted.
    private var seen: Int64
    private var seenDecision: Int64
    private(set) var ended: [String: [TaskState: Int]] = [:]
    private(set) var attempts: [String: Int] = [:]
    private(set) var waiting: [String: TimeHistogram] = [:]
    private(set) var running: [String: TimeHistogram] = [:]
    private(set) var decisions: [PoolDecision.Action: Int] = [:]

    /// Events that are counted at a time; others are counted the next time.
    private static let span: Int64 = 50_000

    init(_ store: Store) throws {
        (self.store, seen, seenDecision) = (store, try store.lastEvent(), try store.decisions(after: 0).last)
        for action in PoolDecision.Action.allCases { decisions[action] = 0 }
    }

    func catchUp() throws {
        let end = min(try store.lastEvent(), seen + Self.span)
        if seen < end { for measured in try store.measure(in: seen + 1...end) { count(measured) } }
        seen = max(seen, end)
        let (last, actions) = try store.decisions(after: seenDecision)
        seenDecision = last
        for action in actions { decisions[action, default: 0] += 1 }
    }

    private func count(_ measured: Store.Measured) {
        if measured.status == .inProgress { attempts[measured.type, default: 0] += measured.count }
        if measured.status.isEnded { ended[measured.type, default: [:]][measured.status, default: 0] += measured.count }
        guard let step = measured.step else { return }
        let histogram = measured.status == .inProgress ? \Meters.waiting : \Meters.running
        self[keyPath: histogram][measured.type, default: TimeHistogram()].add(
            measured.count, inStep: step, seconds: measured.seconds)
    }
}
