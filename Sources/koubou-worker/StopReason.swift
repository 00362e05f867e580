import KoubouCore

/// Why an attempt was ended from outside.
enum StopReason {
    case timedOut(after: Duration)
    /// It wrote nothing for too long.
    case silent(for: Duration)
    case cancelled
    /// The worker has to leave: the attempt does not count.
    case requeued
    /// The claim is lost: nothing will be recorded.
    case abandoned
    /// An agent has not begun its work.
    case notBegun(within: Duration)
    case outputTooLarge(stream: String, limit: Int)
    case outputUnwritable(SystemError)

    /// What the reason makes of an attempt's end, however its process took it.
    func apply(to end: inout AttemptEnd) {
        switch self {
        case .timedOut(let limit):
            (end.outcome, end.error, end.mayRetry) = (.timedOut, "timed out after \(DurationText.text(limit))", true)
        case .silent(let limit):
            (end.outcome, end.error, end.mayRetry) = (.timedOut, "wrote nothing for \(DurationText.text(limit))", true)
        case .notBegun(let limit):
            (end.outcome, end.mayRetry) = (.timedOut, true)
            end.error = "did not begin its work within \(DurationText.text(limit))"
        case .cancelled: (end.outcome, end.error) = (.cancelled, "cancelled")
        case .requeued, .abandoned: (end.outcome, end.error) = (.requeued, "its worker had to leave")
        case .outputTooLarge(let stream, let limit):
            (end.outcome, end.mayRetry) = (.failed, false)
            end.error = "\(stream) grew over \(SizeText.text(limit)): write to a file, or raise max_output in [task]"
        case .outputUnwritable(let error):
            (end.outcome, end.error, end.mayRetry) = (.failed, error.line, true)
        }
    }
}
