import Glibc

/// SplitMix64: the same numbers for the same seed, on every machine.
struct SeededGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// Evenly distributed over [0, 1).
    mutating func uniform() -> Double {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        mixed ^= mixed >> 31
        return Double(mixed >> 11) * 0x1p-53
    }

    mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
    }

    mutating func whole(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(uniform() * Double(range.count))
    }

    mutating func exponential(mean: Double) -> Double { -mean * log(1 - uniform()) }

    /// Many small ones and few large ones, of at least `least` and at most `most`.
    mutating func pareto(_ least: Double, shape: Double, atMost most: Double) -> Double {
        min(most, least / pow(1 - uniform(), 1 / shape))
    }
}
