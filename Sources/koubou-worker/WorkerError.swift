import KoubouCore

/// Why a worker can't start.
enum WorkerError: UserFacingError {
    case slotTaken(String)

    var exitCode: ExitCode { .temporaryFailure }
    var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .slotTaken(let slot):
            ("the slot \(slot) belongs to a worker that runs", nil, "unset WORKER_ID, or name another slot")
        }
    }
}
