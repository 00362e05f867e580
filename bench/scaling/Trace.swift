import KoubouCore

/// One task of a trace. Times are milliseconds.
struct TraceTask {
    let arrival: Int
    let runTime: Int
    let type: String
    /// It kills its worker at its end, each time that it is tried.
    var isPoison = false
}

/// A load that a pool is put under.
struct Trace {
    let name: String
    /// What it is like, in words.
    let summary: String
    let seed: UInt64
    /// By arrival.
    let tasks: [TraceTask]
    /// How long the pool is watched.
    let end: Int

    /// The whole in another tempo: at `factor` 0.1 ten times as fast.
    func scaled(by factor: Double) -> Trace {
        func scaled(_ time: Int) -> Int { Int((Double(time) * factor).rounded()) }
        let tasks = tasks.map {
            TraceTask(
                arrival: scaled($0.arrival), runTime: max(1, scaled($0.runTime)), type: $0.type, isPoison: $0.isPoison)
        }
        return Trace(name: name, summary: summary, seed: seed, tasks: tasks, end: scaled(end))
    }
}
