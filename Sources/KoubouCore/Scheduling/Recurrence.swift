/// When a recurring task is due: after each interval, or by a cron expression.
public enum Recurrence: Equatable, Sendable {
    case interval(Duration)
    case cron(CronExpression)

    /// Reads `15m`, `0 9 * * 1-5` or `@daily`.
    public init(_ text: String) throws(RecurrenceError) {
        if let interval = DurationText.parse(text) {
            guard interval >= .seconds(1) else { throw .tooOften(text) }
            self = .interval(interval)
        } else {
            self = .cron(try CronExpression(text))
        }
    }

    /// The first moment after `now` at which it is due.
    ///
    /// - Parameter last: when it was due before, or when it was made: an interval is counted from there, so that it
    ///   keeps its phase however late somebody looks.
    public func next(after now: Timestamp, since last: Timestamp, in zone: LocalZone) -> Timestamp {
        switch self {
        case .cron(let expression): return expression.next(after: now, in: zone)
        case .interval(let interval):
            let length = Int64(interval.millisecondsRoundedUp)
            let passed = now.millisecondsSince1970 - last.millisecondsSince1970
            return Timestamp(
                millisecondsSince1970: last.millisecondsSince1970 + (max(passed, 0) / length + 1) * length)
        }
    }
}

/// A text that says no recurrence.
public enum RecurrenceError: UserFacingError, Equatable {
    case notFiveFields(String)
    case notAField(String, String, form: String)
    case unknownNickname(String, known: [String])
    case never(String)
    case tooOften(String)

    public var exitCode: ExitCode { .usage }

    public var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .notFiveFields(let text):
            (
                "'\(text)' is neither a duration nor five cron fields", nil,
                "write one word, like '15m' or '0 9 * * 1-5' (minute, hour, day, month, weekday)"
            )
        case .notAField(let text, let name, let form): ("'\(text)' is no \(name)", nil, "write \(form)")
        case .unknownNickname(let text, let known): ("unknown word '\(text)'", nil, suggestion(for: text, among: known))
        case .never(let text): ("'\(text)' names a day that never comes", nil, "write a day that its month has")
        case .tooOften(let text): ("'\(text)' is less than a second", nil, "write 1s or more")
        }
    }
}
