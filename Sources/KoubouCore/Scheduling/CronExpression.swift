/// Five fields that say when something recurs, as Vixie cron reads them: minute, hour, day of the month, month, day of
/// the week.
public struct CronExpression: Equatable, Sendable {
    private let minute: CronField
    private let hour: CronField
    private let dayOfMonth: CronField
    private let month: CronField
    private let dayOfWeek: CronField

    private static let nicknames = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]
    /// In any that many years the calendar shows all it has got: leap days, and leap days by day of the week, with a
    /// century without one in between.
    private static let years: Int64 = 40

    /// Reads five fields, or `@daily` and its like. One that never comes, such as 30 February, is refused.
    public init(_ text: String) throws(RecurrenceError) {
        let fields = (Self.nicknames[text.lowercased()] ?? text).split { $0 == " " || $0 == "\t" }
        guard !text.hasPrefix("@") || fields.count == 5 else {
            throw .unknownNickname(text, known: Self.nicknames.keys.sorted())
        }
        guard fields.count == 5 else { throw .notFiveFields(text) }
        minute = try CronField(fields[0], .minute)
        hour = try CronField(fields[1], .hour)
        dayOfMonth = try CronField(fields[2], .dayOfMonth)
        month = try CronField(fields[3], .month)
        dayOfWeek = try CronField(fields[4], .dayOfWeek)
        guard (0..<Self.years * 366).contains(where: { isDue(onDay: $0) }) else { throw .never(text) }
    }

    /// The first moment after `moment` at which it is due.
    ///
    /// Where clocks are set forward, what is due at a time that is skipped is due at the jump; where they are set back,
    /// what is due at a time that comes twice is due the first time. That is not so where minute or hour begin with `*`:
    /// these go on at their pace, by what the clocks show.
    public func next(after moment: Timestamp, in zone: LocalZone) -> Timestamp {
        // No clock that is right shows less, and days and hours stay positive.
        let second = max(moment.millisecondsSince1970.flooredQuotient(by: 1000), 2 * Self.day)
        let next =
            minute.isWildcard || hour.isWildcard ? nextByPace(after: second, zone) : nextByClock(after: second, zone)
        return Timestamp(millisecondsSince1970: next * 1000)
    }

    private func nextByClock(after second: Int64, _ zone: LocalZone) -> Int64 {
        // A day back: where clocks are set back over midnight, yesterday's times lie ahead.
        var day = zone.local(second).flooredQuotient(by: Self.day) - 1
        while true {
            if isDue(onDay: day) {
                for hour in hour.values {
                    for minute in minute.values {
                        let due = zone.second(showing: day * Self.day + hour * 3600 + minute * 60)
                        if due > second { return due }
                    }
                }
            }
            day += 1
        }
    }

    private func nextByPace(after second: Int64, _ zone: LocalZone) -> Int64 {
        var next = (second.flooredQuotient(by: 60) + 1) * 60
        while true {
            let local = zone.local(next)
            let day = local.flooredQuotient(by: Self.day)
            if !isDue(onDay: day) {
                next = max(next + 60, zone.second(showing: (day + 1) * Self.day))
            } else if hour.contains(local / 3600 % 24), minute.contains(local / 60 % 60) {
                return next
            } else {
                next += 60
            }
        }
    }

    /// - Parameter day: after 1970-01-01, a Thursday.
    private func isDue(onDay day: Int64) -> Bool {
        let date = civil(days: Int(day))
        guard month.contains(Int64(date.month)) else { return false }
        let fits = (dayOfMonth.contains(Int64(date.day)), dayOfWeek.contains((day + 4) % 7))
        // Either is enough, but a field that begins with * restricts nothing by itself.
        return dayOfMonth.isWildcard || dayOfWeek.isWildcard ? fits.0 && fits.1 : fits.0 || fits.1
    }

    private static let day: Int64 = 86_400
}
