import Testing

@testable import KoubouCore

struct LocalZoneTests {
    @Test func everySecondThatIsShownIsFound() {
        for (name, zone) in [("berlin", LocalZone.berlin), ("newYork", .newYork), ("lordHowe", .lordHowe), ("midnight", .midnight)] {
            // Five-minute steps through the year, and what the clocks show then.
            for second in stride(from: Int64(1_767_225_600), to: 1_798_761_600, by: 300) {
                let local = zone.local(second)
                let found = zone.second(showing: local)
                // The first of two, or the very one.
                guard zone.local(found) == local, found <= second, second - found <= 3600 else {
                    Issue.record("\(name): \(second) shows \(local), found \(found)")
                    return
                }
            }
        }
    }

    @Test func laterTimesAreNeverEarlier() {
        for zone in [LocalZone.berlin, .newYork, .lordHowe, .midnight, .dateLine] {
            var last = Int64.min
            for local in stride(from: Int64(1_767_225_600), to: 1_798_761_600, by: 300) {
                let second = zone.second(showing: local)
                guard second >= last else {
                    Issue.record("\(local): \(second) after \(last)")
                    return
                }
                last = second
            }
        }
    }

    @Test func writesWhatTheClocksShow() {
        #expect(LocalZone.kolkata.text(.test(0)) == "2026-03-01 17:30:00")
        #expect(LocalZone.kolkata.stamp(.test(0)) == "2026-03-01 17:30:00+05:30")
        #expect(LocalZone.newYork.stamp(Timestamp(millisecondsSince1970: -1)) == "1969-12-31 18:59:59.999-05:00")
        #expect(LocalZone { _ in -12_600 }.stamp(.test(0)) == "2026-03-01 08:30:00-03:30")
        #expect(LocalZone.newYork.text(Timestamp(millisecondsSince1970: -1)) == "1969-12-31 18:59:59")
    }
}
