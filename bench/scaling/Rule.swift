import KoubouCore

/// A rule that sizes a pool, as a program would run it.
struct Rule {
    /// Decides, and before that takes in what there is to be measured.
    typealias Instance = (
        decide: (PoolSnapshot) -> [PoolAction], observe: (inout PoolSnapshot, [LoadMeter.Change], [LoadMeter.Count]) -> Void
    )

    let name: String
    /// How often it looks, in milliseconds, and whether it is called when a task comes or a worker dies.
    let interval: Int
    let wakesOnArrival: Bool
    let make: () -> Instance

    /// Koubou's own: `decide`, called as kouboud calls it.
    static func koubou(_ name: String, _ limits: PoolLimits, poll: Int = 2000) -> Rule {
        Rule(name: name, interval: poll, wakesOnArrival: true) {
            var meter = LoadMeter()
            return (
                decide: { snapshot in
                    let actions = decide(snapshot, limits: limits)
                    if case .drain = actions.first { meter.noteStop(at: snapshot.now) }
                    return actions
                },
                observe: { snapshot, changes, counts in
                    guard limits.policy == .targetWait else { return }
                    snapshot.load = meter.measure(changes, counts, idleTimeout: limits.idleTimeout, at: snapshot.now)
                }
            )
        }
    }

    /// One that remembers nothing but its own state.
    static func other(_ name: String, interval: Int, make: @escaping () -> (PoolSnapshot) -> [PoolAction]) -> Rule {
        Rule(name: name, interval: interval, wakesOnArrival: false) { (decide: make(), observe: { _, _, _ in }) }
    }
}
