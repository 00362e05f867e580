@testable import KoubouCore

/// Zones as they were in 2026: the clocks of this process know one alone.
extension LocalZone {
    static let utc = LocalZone { _ in 0 }
    static let kolkata = LocalZone { _ in 19_800 }
    /// From 2:00 to 3:00 on 29 March, from 3:00 to 2:00 on 25 October.
    static let berlin = changing(3600, to: 7200, from: "2026-03-29 01:00:00", until: "2026-10-25 01:00:00")
    /// From 2:00 to 3:00 on 8 March, from 2:00 to 1:00 on 1 November.
    static let newYork = changing(-18_000, to: -14_400, from: "2026-03-08 07:00:00", until: "2026-11-01 06:00:00")
    /// By half an hour; the year begins in summer: back on 5 April at 2:00, forward on 4 October at 2:00.
    static let lordHowe = changing(39_600, to: 37_800, from: "2026-04-04 15:00:00", until: "2026-10-03 15:30:00")
    /// From 0:00 to 1:00 on 29 March, and from 1:00 to 0:00 on 25 October: around midnight.
    static let midnight = changing(0, to: 3600, from: "2026-03-29 00:00:00", until: "2026-10-25 00:00:00")
    /// The day of 10 June is left out.
    static let dateLine = changing(-36_000, to: 50_400, from: "2026-06-10 10:00:00", until: "2100-01-01 00:00:00")

    private static func changing(_ usual: Int64, to changed: Int64, from start: String, until end: String) -> LocalZone {
        let range = second(start)..<second(end)
        return LocalZone { range.contains($0) ? changed : usual }
    }

    private static func second(_ text: String) -> Int64 { (Timestamp(text)?.millisecondsSince1970 ?? 0) / 1000 }
}
