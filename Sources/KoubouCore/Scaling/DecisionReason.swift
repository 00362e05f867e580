extension PoolLimits {
    /// Why `decide` starts workers, in words.
    public func reasonToGrow(_ snapshot: PoolSnapshot) -> String {
        let active = snapshot.active
        if Double(snapshot.pending) > Double(active) * scaleUpThreshold {
            return "\(snapshot.pending) pending > \(active) active × \(thresholdText)"
        }
        return active < workers.lowerBound
            ? "\(active) active < min \(workers.lowerBound)" : "\(active) active, all busy, a child task is pending"
    }

    /// Why `decide` drains workers, in words.
    public func reasonToShrink(_ snapshot: PoolSnapshot) -> String {
        snapshot.active > workers.upperBound
            ? "\(snapshot.active) active > max \(workers.upperBound)"
            : "\(snapshot.pending) pending, idle for \(DurationText.text(idleTimeout))"
    }

    /// The limits in words.
    public var text: String {
        "min \(workers.lowerBound), max \(workers.upperBound), threshold \(thresholdText), "
            + "idle_timeout \(DurationText.text(idleTimeout))"
    }

    private var thresholdText: String {
        Int(exactly: scaleUpThreshold).map { "\($0)" } ?? "\(scaleUpThreshold)"
    }
}
