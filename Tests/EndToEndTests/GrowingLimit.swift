import Testing

/// Tries time limits, in seconds, from a short one on, until one was long enough for what has to come before it passes: how
/// long that takes, nobody knows of a machine that others use, too.
/// - Parameter attempt: tells whether it was; what follows when the limit has passed is expected in there.
func withGrowingLimit(
    _ limits: [Double] = [2, 8, 32, 100], at location: SourceLocation = #_sourceLocation, attempt: (Double) throws -> Bool
) throws {
    for limit in limits where try attempt(limit) { return }
    Issue.record("\(limits.last ?? 0) seconds were not enough", sourceLocation: location)
}
