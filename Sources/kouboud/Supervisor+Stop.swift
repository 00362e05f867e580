import Glibc
import KoubouCore

/// How the supervisor ends.
extension Supervisor {
    /// No new claims; workers finish what they run.
    func drain() {
        phase = .draining
        tellStop()
        log.info("supervisor drains", ["workers": children.count])
        for pid in children.keys { kill(pid, Self.drainSignal) }
        loop.after(configuration.stopTimeout) { [self] in stopNow() }
        leaveWhenEmpty()
    }

    /// Running tasks are ended and go back into the queue.
    func stopNow() {
        guard phase != .stopping else { return }
        phase = .stopping
        tellStop()
        log.info("supervisor stops at once", ["workers": children.count])
        for pid in children.keys { kill(pid, SIGINT) }
        // A worker ends its task within the grace; one that doesn't is hung.
        loop.after(configuration.killGrace * 2 + .seconds(1)) { [self] in
            for pid in children.keys { kill(pid, SIGKILL) }
        }
        leaveWhenEmpty()
    }

    /// Ends with an error, because going on would do harm.
    func giveUp(_ error: any UserFacingError) {
        guard failure == nil else { return }
        failure = error
        log.error(error.line)
        stopNow()
    }

    /// Ends the program when the pool is empty. A drain waits until the ends of all workers are recorded too; one that
    /// is in a hurry leaves that to the next supervisor.
    func leaveWhenEmpty() {
        guard phase != .running, children.isEmpty else { return }
        if !reaper.isDone, failure == nil {
            guard phase == .stopping else { return }
            do { try buryDead() } catch { failure = error }
        }
        loop.stop()
    }
}
