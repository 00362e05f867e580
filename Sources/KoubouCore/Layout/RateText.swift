/// How often something happens, as people read it: `118/s`, `2.3/s`, `12/min`, `3/h`.
public enum RateText {
    public static func text(perSecond rate: Double) -> String {
        guard rate.isFinite, rate > 0 else { return "0/s" }
        if rate >= 10 { return "\(Int(min(rate, 1e15).rounded()))/s" }
        if rate >= 1 { return "\(tenths(rate))/s" }
        if rate * 60 >= 1 { return "\(tenths(rate * 60))/min" }
        return "\(tenths(rate * 3600))/h"
    }

    /// One decimal, unless it is zero.
    private static func tenths(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
