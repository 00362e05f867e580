import KoubouCore

/// Why the view can't go on.
enum TopError: UserFacingError {
    case noTerminal
    case databaseGone(String)

    var exitCode: ExitCode {
        switch self {
        case .noTerminal: .usage
        case .databaseGone: .ioError
        }
    }

    var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .noTerminal:
            ("top needs a terminal", nil, "in a pipe use: koubouctl list, koubouctl stats or koubouctl workers")
        case .databaseGone(let path):
            ("the database was deleted or replaced while it was in use", path, "put it back, and run top again")
        }
    }
}
