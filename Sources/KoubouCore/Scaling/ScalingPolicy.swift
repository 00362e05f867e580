/// By which rule the pool grows and shrinks. The raw value is the word of koubou.conf.
public enum ScalingPolicy: String, CaseIterable, Sendable {
    /// By how many tasks are pending for each active worker.
    case ratio
    /// By how long tasks would have to wait: see `TypeLoad.workersNeeded`.
    case targetWait = "target-wait"
}
