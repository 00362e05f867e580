import Glibc
import Testing

@testable import KoubouCore

struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01 00:00:00.000"),
        (1, "1970-01-01 00:00:00.001"),
        (-1, "1969-12-31 23:59:59.999"),
        (-86_400_000, "1969-12-31 00:00:00.000"),
        (951_782_399_999, "2000-02-28 23:59:59.999"),
        (951_782_400_000, "2000-02-29 00:00:00.000"),
        (1_709_164_800_000, "2024-02-29 00:00:00.000"),
        (4_107_542_400_000, "2100-03-01 00:00:00.000"),
        (1_772_357_402_114, "2026-03-01 09:30:02.114"),
        (253_402_300_799_999, "9999-12-31 23:59:59.999"),
        (-62_167_219_200_000, "0000-01-01 00:00:00.000"),
    ])
    func writesAndReadsTheEdges(_ milliseconds: Int, _ text: String) {
        let moment = Timestamp(millisecondsSince1970: Int64(milliseconds))
        #expect(moment.description == text)
        #expect(Timestamp(text) == moment)
    }

    /// Against another calendar than ours: gmtime_r(3).
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func agreesWithGmtime(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            // Years 1 to 9999.
            let milliseconds = Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random)
            let moment = Timestamp(millisecondsSince1970: milliseconds)
            var seconds = time_t((Double(milliseconds) / 1000).rounded(.down))
            var fields = tm()
            gmtime_r(&seconds, &fields)
            let expected = [
                Int(fields.tm_year) + 1900, Int(fields.tm_mon) + 1, Int(fields.tm_mday), Int(fields.tm_hour),
                Int(fields.tm_min), Int(fields.tm_sec), Int(milliseconds - Int64(seconds) * 1000),
            ]
            let digits = moment.description.split { "- :.".contains($0) }.compactMap { Int($0) }
            #expect(digits == expected)
            #expect(moment.description.utf8.count == 23)
            #expect(Timestamp(moment.description) == moment)
        }
    }

    @Test func everyDayOfFourCenturiesComesBack() {
        var previous = ""
        for day in 0..<146_097 as Range<Int64> {
            let moment = Timestamp(millisecondsSince1970: day * 86_400_000)
            let text = moment.description
            // One expectation a failure, not 146,097 of them.
            guard text > previous, Timestamp(text) == moment else {
                Issue.record("\(text) after \(previous)")
                return
            }
            previous = text
        }
    }

    @Test(arguments: [
        ("2026-03-01 09:30:02", "2026-03-01 09:30:02.000"),
        ("2026-03-01T09:30:02.114", "2026-03-01 09:30:02.114"),
    ])
    func readsOtherForms(_ text: String, _ canonical: String) {
        #expect(Timestamp(text)?.description == canonical)
    }

    @Test(arguments: [
        "", "2026", "2026-03-01", "2026-03-01 09:30", "2026-3-1 09:30:02", "2026-13-01 09:30:02", "2026-00-01 09:30:02",
        "2026-03-00 09:30:02", "2026-03-32 09:30:02", "2026-03-01 24:00:00", "2026-03-01 09:60:02",
        "2026-03-01 09:30:60", "2026-03-01 09:30:02.1", "2026-03-01 09:30:02,114", "2026-03-01 09:30:02.1x4",
        "2026/03/01 09:30:02", "2026-03-01x09:30:02", "2026-03-01 09:30:02Z", " 026-03-01 09:30:02", "-026-03-01 09:30:02",
        "2026-03-01 09:30:02.1140", "now",
    ])
    func refusesWhatIsNoTimestamp(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func addsAndSubtractsInWholeMilliseconds() {
        let moment = Timestamp.test(0)
        #expect(moment + .seconds(90) == .test(90))
        #expect(Timestamp.test(90) - moment == .seconds(90))
        #expect(moment - .test(90) == .seconds(-90))
        #expect(moment + .microseconds(1) - moment == .milliseconds(1), "a delay is never cut short")
        #expect(moment < .test(1))
    }

    @Test func isWrittenForLogsAsRFC3339() {
        #expect(Timestamp(millisecondsSince1970: 1_772_357_402_114).rfc3339 == "2026-03-01T09:30:02.114Z")
    }

    @Test func textSortsLikeTime() {
        var random = SeededGenerator(seed: 7)
        let moments = (0..<500).map { _ in
            Timestamp(millisecondsSince1970: .random(in: -62_135_596_800_000...253_402_300_799_999, using: &random))
        }
        #expect(moments.sorted().map(\.description) == moments.map(\.description).sorted())
    }

    @Test(arguments: ["2026-02-29 00:00:00", "2026-02-31 00:00:00", "2026-04-31 00:00:00.000"])
    func aDayThatItsMonthHasNotGotIsNone(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func timeIsTakenAwayExactly() {
        let moment = Timestamp(millisecondsSince1970: 1_000)
        #expect((moment + .milliseconds(-1)).millisecondsSince1970 == 999)
        #expect((moment + .milliseconds(-1500)).millisecondsSince1970 == -500)
    }
}
