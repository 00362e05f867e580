import KoubouCore

/// The exit status that tells how a task ended, as a shell would tell it.
enum TaskExitStatus {
    static func of(_ end: TaskEnd) -> Int32 {
        switch end.status {
        case .completed: return 0
        case .cancelled: return 130
        case .failed: break
        case .blocked, .scheduled, .pending, .inProgress: return ExitCode.temporaryFailure.rawValue
        }
        if end.outcome == .timedOut { return 124 }
        if let signal = end.signal { return Int32(128 + signal) }
        if let status = end.exitStatus, status != 0 { return Int32(truncatingIfNeeded: status) }
        return 1
    }
}
