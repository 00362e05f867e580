/// A time zone: how far its clocks are ahead of UTC at each moment. Everything else follows from that.
public struct LocalZone: Sendable {
    private let offset: @Sendable (_ second: Int64) -> Int64

    /// - Parameter offset: seconds east of UTC, by seconds since 1970.
    public init(offset: @escaping @Sendable (_ second: Int64) -> Int64) { self.offset = offset }

    /// The one that `TZ` names, or else that of the machine.
    public static var system: LocalZone {
        readTimeZone()
        return LocalZone(offset: secondsEastOfUTC(at:))
    }

    /// What the clocks show at `second`: seconds since 1970 as if they showed UTC.
    func local(_ second: Int64) -> Int64 { second + offset(second) }

    /// The first second at which the clocks show `local` or later: the first of two when they are set back over it,
    /// and that of the jump when they are set forward over it.
    func second(showing local: Int64) -> Int64 {
        let (before, after) = (offset(local - Self.day), offset(local + Self.day))
        if offset(local - before) == before { return local - before }
        if offset(local - after) == after { return local - after }
        // Skipped: the jump lies somewhere in between.
        var (low, high) = (local - 2 * Self.day, local + 2 * Self.day)
        while low + 1 < high {
            let middle = low + (high - low) / 2
            if self.local(middle) >= local { high = middle } else { low = middle }
        }
        return high
    }

    /// `YYYY-MM-DD HH:MM:SS`, as the clocks show it.
    public func text(_ moment: Timestamp) -> String {
        let second = local(moment.millisecondsSince1970.flooredQuotient(by: 1000))
        return String(Timestamp(millisecondsSince1970: second * 1000).description.prefix(19))
    }

    /// The same with milliseconds where `moment` has some, and how far the clocks are ahead of UTC: what people are shown,
    /// and may hand in again (RFC 3339, section 5.6, with a space): `2026-03-01 10:30:02.114+01:00`.
    public func stamp(_ moment: Timestamp) -> String {
        let east = offset(moment.millisecondsSince1970.flooredQuotient(by: 1000)) / 60
        func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let fraction = moment.description.suffix(4)
        return text(moment) + (fraction == ".000" ? "" : fraction) + (east < 0 ? "-" : "+")
            + twoDigits(abs(east) / 60) + ":" + twoDigits(abs(east) % 60)
    }

    private static let day: Int64 = 86_400
}

extension Int64 {
    /// The quotient rounded down, also of negative numbers.
    func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
