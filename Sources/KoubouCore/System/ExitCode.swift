/// Exit statuses of our programs: sysexits(3) for what went wrong, and the shell's conventions for how a task ended.
public enum ExitCode: Int32, Sendable {
    case success = 0
    case failure = 1
    /// `status`: no supervisor runs (the convention of init scripts).
    case notRunning = 3
    case usage = 64
    case dataError = 65
    case noInput = 66
    case unavailable = 69
    case software = 70
    case osError = 71
    case cannotCreate = 73
    case ioError = 74
    case temporaryFailure = 75
    case noPermission = 77
    case configuration = 78
}
