import Testing

@testable import KoubouCore

struct RecurrenceTests {
    @Test func anIntervalKeepsItsPhase() throws {
        let recurrence = try Recurrence("15m")
        #expect(recurrence.next(after: .test(0), since: .test(0), in: .utc) == .test(900))
        #expect(recurrence.next(after: .test(901), since: .test(900), in: .utc) == .test(1800))
        #expect(recurrence.next(after: .test(1799), since: .test(900), in: .utc) == .test(1800))
        #expect(recurrence.next(after: .test(1800), since: .test(900), in: .utc) == .test(2700))
        #expect(recurrence.next(after: .test(100_000), since: .test(900), in: .utc) == .test(100_800), "missed ones are one")
        #expect(recurrence.next(after: .test(0), since: .test(900), in: .utc) == .test(1800), "the clock was set back")
    }

    @Test func fiveFieldsFollowTheClock() throws {
        let next = try Recurrence("30 9 * * *").next(after: .test(0), since: .test(-5), in: .kolkata)
        #expect(next.description == "2026-03-02 04:00:00.000")
    }

    @Test(arguments: ["0", "0s", "0.5s", "999ms"])
    func lessThanASecondIsRefused(_ text: String) throws {
        #expect(throws: RecurrenceError.tooOften(text)) { try Recurrence(text) }
    }

    @Test(arguments: ["1s", "90", "1.5h", "36525d", "@daily", "* * * * *"])
    func isRead(_ text: String) throws { _ = try Recurrence(text) }

    @Test(arguments: ["", "15 m", "-1s", "1y", "36526d", "every day", "1s 1s"])
    func isRefused(_ text: String) throws { #expect(throws: RecurrenceError.self) { try Recurrence(text) } }
}
