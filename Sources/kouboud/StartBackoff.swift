import KoubouCore

/// Holds back new workers while they die as soon as they are started: 100 ms at first, doubled up to 30 s.
struct StartBackoff {
    private var failures = 0
    private var notBefore: Duration = .zero

    /// True when that is no accident any more.
    var isLooping: Bool { failures >= 3 }

    mutating func noteFailure(at now: Duration) {
        notBefore = now + min(.milliseconds(100) * (1 << min(failures, 20)), .seconds(30))
        failures += 1
    }

    mutating func noteSuccess() { (failures, notBefore) = (0, .zero) }

    /// How long to wait before the next start; nil: not at all.
    func wait(at now: Duration) -> Duration? { notBefore > now ? notBefore - now : nil }
}
