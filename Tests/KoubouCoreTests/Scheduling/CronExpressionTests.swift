import Testing

@testable import KoubouCore

struct CronExpressionTests {
    /// An expression, a moment in UTC, and the moments in UTC at which it is due then.
    struct Case: CustomTestStringConvertible {
        let text: String
        var zone = LocalZone.utc
        let after: String
        let due: [String]
        var testDescription: String { "\(text) after \(after)" }
    }

    @Test(arguments: [
        Case(text: "* * * * *", after: "2026-01-01 00:00:00.000", due: ["2026-01-01 00:01:00", "2026-01-01 00:02:00"]),
        Case(text: "* * * * *", after: "2026-01-01 00:00:59.999", due: ["2026-01-01 00:01:00"]),
        Case(text: "*/15 * * * *", after: "2026-01-01 00:44:00", due: ["2026-01-01 00:45:00", "2026-01-01 01:00:00"]),
        Case(text: "5-59/20 8-18/5 * * *", after: "2026-01-01 08:26:00",
             due: ["2026-01-01 08:45:00", "2026-01-01 13:05:00", "2026-01-01 13:25:00"]),
        Case(text: "0 9 * * 1-5", after: "2026-01-02 09:00:00", due: ["2026-01-05 09:00:00"]),
        Case(text: "0 9 * * MON-fri", after: "2026-01-02 08:59:59", due: ["2026-01-02 09:00:00", "2026-01-05 09:00:00"]),
        Case(text: "30 4 1,15 * 5", after: "2026-01-01 05:00:00",
             due: ["2026-01-02 04:30:00", "2026-01-09 04:30:00", "2026-01-15 04:30:00", "2026-01-16 04:30:00"]),
        Case(text: "0 0 */2 * 1", after: "2026-01-01 00:00:00", due: ["2026-01-05 00:00:00", "2026-01-19 00:00:00"]),
        Case(text: "0 0 * * 7", after: "2026-01-01 00:00:00", due: ["2026-01-04 00:00:00", "2026-01-11 00:00:00"]),
        Case(text: "0 0 * * 5-7", after: "2026-01-01 00:00:00",
             due: ["2026-01-02 00:00:00", "2026-01-03 00:00:00", "2026-01-04 00:00:00", "2026-01-09 00:00:00"]),
        Case(text: "0 0 31 * *", after: "2026-01-31 00:00:00", due: ["2026-03-31 00:00:00", "2026-05-31 00:00:00"]),
        Case(text: "0 12 29 2 *", after: "2026-01-01 00:00:00", due: ["2028-02-29 12:00:00", "2032-02-29 12:00:00"]),
        Case(text: "0 12 29 feb *", after: "2096-03-01 00:00:00", due: ["2104-02-29 12:00:00"]),
        Case(text: "0 0 29-31 2,4 *", after: "2026-01-01 00:00:00",
             due: ["2026-04-29 00:00:00", "2026-04-30 00:00:00", "2027-04-29 00:00:00"]),
        Case(text: "59 23 31 12 *", after: "2026-12-31 23:59:00", due: ["2027-12-31 23:59:00"]),
        Case(text: "@hourly", after: "2026-01-01 00:00:00", due: ["2026-01-01 01:00:00", "2026-01-01 02:00:00"]),
        Case(text: "@daily", after: "2026-01-01 00:00:00", due: ["2026-01-02 00:00:00"]),
        Case(text: "@Midnight", after: "2026-01-01 00:00:00", due: ["2026-01-02 00:00:00"]),
        Case(text: "@weekly", after: "2026-01-01 00:00:00", due: ["2026-01-04 00:00:00"]),
        Case(text: "@monthly", after: "2026-01-01 00:00:00", due: ["2026-02-01 00:00:00"]),
        Case(text: "@yearly", after: "2026-01-01 00:00:00", due: ["2027-01-01 00:00:00"]),
        Case(text: "  0\t9  * * *  ", after: "2026-01-01 00:00:00", due: ["2026-01-01 09:00:00"]),
        Case(text: "30 9 * * *", zone: .kolkata, after: "2026-01-01 03:59:00", due: ["2026-01-01 04:00:00", "2026-01-02 04:00:00"]),
        Case(text: "*/30 * * * *", zone: .kolkata, after: "2026-01-01 03:59:00", due: ["2026-01-01 04:00:00"]),
    ])
    func isDue(_ row: Case) throws { try check(row) }

    /// What is due at a time of day; the clocks skip 2:00 to 3:00 local on 29 March, and show 2:00 to 3:00 twice on 25 October.
    @Test(arguments: [
        Case(text: "30 2 * * *", zone: .berlin, after: "2026-03-28 12:00:00", due: ["2026-03-29 01:00:00", "2026-03-30 00:30:00"]),
        Case(text: "15,45 2 * * *", zone: .berlin, after: "2026-03-28 12:00:00", due: ["2026-03-29 01:00:00", "2026-03-30 00:15:00"]),
        Case(text: "0 2,3 * * *", zone: .berlin, after: "2026-03-28 12:00:00",
             due: ["2026-03-29 01:00:00", "2026-03-30 00:00:00", "2026-03-30 01:00:00"]),
        Case(text: "0 4 * * *", zone: .berlin, after: "2026-03-28 12:00:00", due: ["2026-03-29 02:00:00"]),
        Case(text: "30 2 * * *", zone: .berlin, after: "2026-10-24 12:00:00", due: ["2026-10-25 00:30:00", "2026-10-26 01:30:00"]),
        Case(text: "30 2 * * *", zone: .berlin, after: "2026-10-25 00:45:00", due: ["2026-10-26 01:30:00"]),
        Case(text: "0 3 * * *", zone: .berlin, after: "2026-10-24 12:00:00", due: ["2026-10-25 02:00:00"]),
        Case(text: "30 2 * * *", zone: .newYork, after: "2026-03-07 12:00:00", due: ["2026-03-08 07:00:00", "2026-03-09 06:30:00"]),
        Case(text: "30 1 * * *", zone: .newYork, after: "2026-10-31 12:00:00", due: ["2026-11-01 05:30:00", "2026-11-02 06:30:00"]),
        Case(text: "15 2 * * *", zone: .lordHowe, after: "2026-10-03 00:00:00", due: ["2026-10-03 15:30:00", "2026-10-04 15:15:00"]),
        Case(text: "45 1 * * *", zone: .lordHowe, after: "2026-04-04 00:00:00", due: ["2026-04-04 14:45:00", "2026-04-05 15:15:00"]),
        Case(text: "30 0 * * *", zone: .midnight, after: "2026-03-28 12:00:00", due: ["2026-03-29 00:00:00", "2026-03-29 23:30:00"]),
        Case(text: "30 0 * * *", zone: .midnight, after: "2026-10-24 22:00:00", due: ["2026-10-24 23:30:00", "2026-10-26 00:30:00"]),
        Case(text: "30 23 * * *", zone: .midnight, after: "2026-10-24 21:00:00", due: ["2026-10-24 22:30:00", "2026-10-25 23:30:00"]),
        Case(text: "0 12 10 6 *", zone: .dateLine, after: "2026-06-01 00:00:00", due: ["2026-06-10 10:00:00", "2027-06-09 22:00:00"]),
    ])
    func runsOnceWhereClocksChange(_ row: Case) throws { try check(row) }

    /// Where minute or hour begin with `*`, they go on by what the clocks show.
    @Test(arguments: [
        Case(text: "0 * * * *", zone: .berlin, after: "2026-03-28 23:30:00",
             due: ["2026-03-29 00:00:00", "2026-03-29 01:00:00", "2026-03-29 02:00:00"]),
        Case(text: "0 * * * *", zone: .berlin, after: "2026-10-24 23:30:00",
             due: ["2026-10-25 00:00:00", "2026-10-25 01:00:00", "2026-10-25 02:00:00"]),
        Case(text: "*/30 * * * *", zone: .berlin, after: "2026-10-25 00:00:00",
             due: ["2026-10-25 00:30:00", "2026-10-25 01:00:00", "2026-10-25 01:30:00", "2026-10-25 02:00:00"]),
        Case(text: "0 */2 * * *", zone: .berlin, after: "2026-03-28 23:30:00", due: ["2026-03-29 02:00:00", "2026-03-29 04:00:00"]),
        Case(text: "*/30 2 * * *", zone: .berlin, after: "2026-03-28 12:00:00", due: ["2026-03-30 00:00:00", "2026-03-30 00:30:00"]),
        Case(text: "*/30 2 * * *", zone: .berlin, after: "2026-10-25 00:15:00",
             due: ["2026-10-25 00:30:00", "2026-10-25 01:00:00", "2026-10-25 01:30:00", "2026-10-26 01:00:00"]),
    ])
    func keepsItsPaceWhereClocksChange(_ row: Case) throws { try check(row) }

    private func check(_ row: Case) throws {
        let expression = try CronExpression(row.text)
        var moment = try #require(Timestamp(row.after))
        for due in row.due {
            moment = expression.next(after: moment, in: row.zone)
            #expect(moment.description == due + ".000")
        }
    }

    /// Random fields against a look at every minute.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func findsTheFirstMinuteThatFits(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let minutes = Set((0..<Int.random(in: 1...4, using: &random)).map { _ in Int.random(in: 0...59, using: &random) })
        let hours = Set((0..<Int.random(in: 1...3, using: &random)).map { _ in Int.random(in: 0...23, using: &random) })
        let weekday = Int.random(in: 0...6, using: &random)
        let day = Int.random(in: 1...28, using: &random)
        let isEither = random.oneIn(2)
        let text = [minutes, hours].map { $0.map(String.init).joined(separator: ",") }.joined(separator: " ")
            + (isEither ? " \(day) * \(weekday)" : " * * \(weekday)")
        let start = Timestamp.test(Int.random(in: 0...40_000_000, using: &random))
        var minute = start.millisecondsSince1970 / 60_000
        while true {
            minute += 1
            let date = civil(days: Int(minute / 1440))
            let isWeekday = (minute / 1440 + 4) % 7 == weekday
            if minutes.contains(Int(minute % 60)), hours.contains(Int(minute / 60 % 24)), isWeekday || isEither && date.day == day {
                break
            }
        }
        let next = try CronExpression(text).next(after: start, in: .utc)
        #expect(next.millisecondsSince1970 == minute * 60_000, "\(text) after \(start)")
    }

    @Test(arguments: [
        ("", "neither a duration nor five cron fields"), ("* * * *", "neither"), ("* * * * * *", "neither"),
        ("60 * * * *", "'60' is no minute"), ("-1 * * * *", "'-1' is no minute"), ("+1 * * * *", "'+1' is no minute"),
        ("* 24 * * *", "'24' is no hour"), ("* * 0 * *", "'0' is no day of the month"), ("* * 32 * *", "'32'"),
        ("* * * 13 *", "'13' is no month"), ("* * * 0 *", "'0' is no month"), ("* * * january *", "'january' is no month"),
        ("* * * * 8", "'8' is no day of the week"), ("* * * * feb", "'feb' is no day of the week"),
        ("5-1 * * * *", "'5-1' is no minute"), ("*/0 * * * *", "'*/0'"), ("5/10 * * * *", "'5/10'"), ("*/ * * * *", "'*/'"),
        ("1,,2 * * * *", "'' is no minute"), (", * * * *", "'' is no minute"), ("1- * * * *", "'1-'"), ("*-5 * * * *", "'*-5'"),
        ("1-2-3 * * * *", "'1-2-3'"), ("1-5/2/3 * * * *", "'1-5/2/3'"), ("** * * * *", "'**'"), ("*1 * * * *", "'*1'"),
        ("99999999999999999999 * * * *", "no minute"), ("*/99999999999999999999 * * * *", "no minute"), ("１ * * * *", "no minute"),
        ("0 0 30 2 *", "never comes"), ("0 0 31 2,4,6,9,11 *", "never comes"), ("0 0 31 11 *", "never comes"),
        ("@reboot", "unknown word '@reboot'"), ("@ * * * *", "'@' is no minute"),
    ])
    func refuses(_ text: String, _ what: String) throws {
        let error = #expect(throws: RecurrenceError.self) { try CronExpression(text) }
        #expect(error?.line.contains(what) == true, "\(String(describing: error?.line))")
        #expect(error?.exitCode == .usage)
    }

    @Test func aClockBefore1970IsNoCrash() throws {
        let next = try CronExpression("* * * * *").next(after: Timestamp(millisecondsSince1970: -1), in: .newYork)
        #expect(next > Timestamp(millisecondsSince1970: 0))
    }
}
