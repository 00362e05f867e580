import Glibc
import KoubouCore

/// How the supervisor makes sure that there is no other one.
extension Supervisor {
    /// Becomes the supervisor, also when a stopped worker of an earlier one holds the lock: that one is killed.
    func enter() throws {
        try takeLock()
        let deadline = MonotonicClock.now + configuration.heartbeatTimeout + .seconds(10)
        while true {
            do {
                guard let other = try store.becomeSupervisor(process, limits: configuration.pool, at: Clock.now) else {
                    return
                }
                throw SupervisorError.alreadyRuns(pid: other.process.pid, home: home.path)
            } catch StoreError.busy where MonotonicClock.now < deadline {
                killStopped(and: try store.workers())
            }
        }
    }

    /// Waits a moment for another one to enter itself, so that it can be named.
    private func takeLock() throws {
        let deadline = MonotonicClock.now + .seconds(5)
        while !lock.tryLock() {
            let other = try store.supervisor()?.process
            if other?.isAlive ?? false || MonotonicClock.now > deadline {
                throw SupervisorError.alreadyRuns(pid: other?.pid, home: home.path)
            }
            MonotonicClock.pause(for: .milliseconds(20))
        }
    }
}

/// Why a supervisor can't start.
enum SupervisorError: UserFacingError {
    /// The pid is unknown when the other one can't be seen from here.
    case alreadyRuns(pid: pid_t?, home: String)

    var exitCode: ExitCode { .temporaryFailure }

    var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .alreadyRuns(let pid, let home):
            (
                "a supervisor runs already" + (pid.map { ", with pid \($0)" } ?? ", where its process can't be seen"),
                home,
                "use it, or run: koubouctl stop"
            )
        }
    }
}
