import Testing

@testable import KoubouCore

struct MomentTextTests {
    private static let now = Timestamp.test(0)  // 2026-03-01 12:00 UTC

    @Test(arguments: [
        ("2026-03-01T09:30:00Z", "2026-03-01 09:30:00.000"), ("2026-03-01t09:30:00z", "2026-03-01 09:30:00.000"),
        ("2026-03-01 09:30:00Z", "2026-03-01 09:30:00.000"), ("2026-03-01T09:30:00.5Z", "2026-03-01 09:30:00.500"),
        ("2026-03-01T09:30:00.1239999999Z", "2026-03-01 09:30:00.123"), ("2026-03-01T09:30:00+01:00", "2026-03-01 08:30:00.000"),
        ("2026-03-01T00:15:00+05:45", "2026-02-28 18:30:00.000"), ("2026-02-28T23:59:59.999-23:59", "2026-03-01 23:58:59.999"),
        ("2026-03-01T09:30:00-00:00", "2026-03-01 09:30:00.000"), ("2016-12-31T23:59:60Z", "2017-01-01 00:00:00.000"),
        ("2028-02-29T00:00:00Z", "2028-02-29 00:00:00.000"), ("0001-01-01T00:00:00Z", "0001-01-01 00:00:00.000"),
        ("9999-12-31T23:59:59Z", "9999-12-31 23:59:59.000"),
    ])
    func readsRFC3339(_ text: String, _ moment: String) {
        #expect(MomentText.parse(text, now: Self.now, in: .utc)?.description == moment)
    }

    @Test(arguments: [
        ("18:30", "2026-03-01 18:30:00.000"), ("12:00", "2026-03-02 12:00:00.000"), ("00:00", "2026-03-02 00:00:00.000"),
        ("09:30", "2026-03-02 09:30:00.000"), ("23:59", "2026-03-01 23:59:00.000"),
    ])
    func aTimeOfDayIsTheNextOne(_ text: String, _ moment: String) {
        #expect(MomentText.parse(text, now: Self.now, in: .utc)?.description == moment)
    }

    @Test func aTimeOfDayIsLocal() throws {
        func parse(_ text: String, _ now: String) throws -> String? {
            MomentText.parse(text, now: try #require(Timestamp(now)), in: .berlin)?.description
        }
        #expect(try parse("18:30", "2026-03-01 12:00:00") == "2026-03-01 17:30:00.000")
        #expect(try parse("18:30", "2026-07-01 12:00:00") == "2026-07-01 16:30:00.000")
        #expect(try parse("02:30", "2026-03-28 12:00:00") == "2026-03-29 01:00:00.000", "skipped: at the jump")
        #expect(try parse("02:30", "2026-10-24 12:00:00") == "2026-10-25 00:30:00.000", "the first of two")
    }

    @Test func readsWhatIsPrintedForPrograms() {
        for moment in [Self.now, Self.now + .milliseconds(86_400_500)] {
            #expect(MomentText.parse(moment.description, now: Self.now, in: .berlin) == moment, "UTC, wherever it is read")
        }
    }

    @Test(arguments: [
        "", "noon", "9:30", "24:00", "12:60", "12:3", "1 2:30", "12:30:00", "-1:30", "+1:30", "12:30 ", "1２:30",
        "2026-03-01", "2026-03-01T09:30:00", "2026-03-01 09:30:00", "2026-03-01T09:30:00.000", "2026-03-01 09:30:00.0", "2026-03-01T09:30Z", "2026-03-01T09:30:00+1", "2026-03-01T09:30:00+24:00",
        "2026-03-01T09:30:00+01:60", "2026-03-01T09:30:00+0100", "2026-03-01T09:30:00.Z", "2026-03-01T09:30:00,5Z",
        "2026-03-01T09:30:61Z", "2026-02-29T09:30:00Z", "2026-13-01T09:30:00Z", "2026-03-01T09:30:00ZZ", "2026-03-01T24:00:00Z",
        "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00", "2026-03-01T09:30:00+01:00Z", "20260301T093000Z", "2026-03-01T09:30:00UTC",
        "éééééééééééééééééééé",
    ])
    func refuses(_ text: String) {
        #expect(MomentText.parse(text, now: Self.now, in: .utc) == nil)
    }
}
