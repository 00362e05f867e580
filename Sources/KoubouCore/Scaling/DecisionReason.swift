extension PoolLimits {
    /// Why `decide` starts workers, in words.
    public func reasonToGrow(_ snapshot: PoolSnapshot) -> String {
        let active = snapshot.active
        let needed = policy == .targetWait ? snapshot.load.workersNeeded(targetWait: targetWait) : 0
        if needed > active {
            return "\(snapshot.pending) pending, \(needed) workers needed for "
                + "a wait of \(DurationText.text(targetWait)): "
                + snapshot.load.types.filter { $0.pending > 0 }.map(\.text).joined(separator: "; ")
        }
        if policy == .ratio, Double(snapshot.pending) > Double(active) * scaleUpThreshold {
            return "\(snapshot.pending) pending > \(active) active × \(thresholdText)"
        }
        return active < workers.lowerBound
            ? "\(active) active < min \(workers.lowerBound)" : "\(active) active, all busy, a child task is pending"
    }

    /// Why `decide` drains workers, in words.
    public func reasonToShrink(_ snapshot: PoolSnapshot) -> String {
        snapshot.active > workers.upperBound
            ? "\(snapshot.active) active > max \(workers.upperBound)"
            : "\(snapshot.pending) pending, idle for \(DurationText.text(patience))"
    }

    /// The limits in words.
    public var text: String {
        let rule =
            switch policy {
            case .ratio: "threshold \(thresholdText)"
            case .targetWait: "target_wait \(DurationText.text(targetWait))"
            }
        return "min \(workers.lowerBound), max \(workers.upperBound), \(rule), "
            + "idle_timeout \(DurationText.text(idleTimeout))"
    }

    private var thresholdText: String {
        Int(exactly: scaleUpThreshold).map { "\($0)" } ?? "\(scaleUpThreshold)"
    }
}

extension TypeLoad {
    /// What was measured, in words: `shell 12 pending, 3 running, 0.2 a second, of 20s each`.
    fileprivate var text: String {
        let rate = (arrivalRate * 100).rounded() / 100
        let duration = runTime.map { DurationText.text(.milliseconds(Int(($0 * 1000).rounded()))) }
        let each = duration.map { "of \($0) each" } ?? "none has ended yet"
        return "\(type) \(pending) pending, \(running) running, \(rate) a second, \(each)"
    }
}
