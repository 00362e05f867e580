import Glibc
import KoubouCore

/// Runs the commands that tell of ended tasks: a few at once, each for a bounded time, beside the pool.
final class Notifier {
    private struct Running {
        let number: Int64
        let task: TaskID
        let limit: EventLoop.TimerID
    }

    private let home: Home
    private let store: Store
    private let loop: EventLoop
    private let log: Log
    private var running: [pid_t: Running] = [:]
    /// Done, and not yet off the list.
    private var done: [Int64] = []
    private var trouble = Trouble()

    init(home: Home, store: Store, loop: EventLoop, log: Log) {
        (self.home, self.store, self.loop, self.log) = (home, store, loop, log)
    }

    /// True for a process of ours that is not reaped yet.
    func owns(_ pid: pid_t) -> Bool { running[pid] != nil }

    /// Starts what is on the list, as far as there is room. What goes wrong here is logged and keeps nobody from anything.
    func startDue(_ configuration: Configuration) {
        do {
            if !done.isEmpty {
                try store.forget(notifications: done)
                done = []
            }
            let room = NotifySettings.concurrency - running.count
            guard room > 0 else { return }
            for notification in try store.notifications(without: running.values.map(\.number), limit: room) {
                try start(notification, configuration)
            }
            if !done.isEmpty { loop.after(.zero) { [self] in startDue(configuration) } }
            _ = trouble.ends()
        } catch {
            let line = (error as? any UserFacingError)?.line ?? "\(error)"
            if trouble.begins(line) { log.error("cannot tell of ended tasks", ["error": line]) }
        }
    }

    /// - Throws: when the machine is short of something; the list stays as it is.
    private func start(_ notification: Store.Notification, _ configuration: Configuration) throws {
        guard let words = notification.words ?? configuration.notify.command else {
            return done.append(notification.number)  // nobody wants to know any more
        }
        let input = try makeMemoryFile(named: "task", holding: Array((notification.json + "\n").utf8))
        let environment = Environment.merge(
            Environment.wordsToPassOn, notification.env + [Array("KOUBOU_HOME=\(home.path)".utf8)])
        var plan = SpawnPlan(
            arguments: words.map { Array($0.utf8) }, environment: environment, workingDirectory: notification.cwd)
        plan.descriptors[0] = input.number
        do {
            let pid = try spawnAnywhere(&plan)
            let limit = loop.after(configuration.notify.timeout) { [self] in stop(pid, configuration) }
            running[pid] = Running(number: notification.number, task: notification.task, limit: limit)
        } catch {
            if case .system = error { throw error }
            log.warn("notification not sent", ["task": notification.task, "error": error.line])
            done.append(notification.number)
        }
    }

    /// In the task's folder, or in the home where that has gone.
    private func spawnAnywhere(_ plan: inout SpawnPlan) throws(SpawnError) -> pid_t {
        do { return try spawn(plan) } catch {
            guard case .noWorkingDirectory = error else { throw error }
            plan.workingDirectory = Array(home.path.utf8)
            return try spawn(plan)
        }
    }

    private func stop(_ pid: pid_t, _ configuration: Configuration) {
        guard let one = running[pid] else { return }
        let limit = DurationText.text(configuration.notify.timeout)
        log.warn("notification takes too long", ["task": one.task, "limit": limit])
        kill(-pid, SIGTERM)
        loop.after(configuration.killGrace) { [self] in if running[pid]?.number == one.number { kill(-pid, SIGKILL) } }
    }

    /// Takes leave of a process of ours that has ended.
    func reap(_ pid: pid_t, _ configuration: Configuration) {
        guard let one = running[pid] else { return }
        kill(-pid, SIGKILL)  // what it has left behind
        let end = ProcessEnd(reaping: pid)
        running[pid] = nil
        loop.cancel(one.limit)
        if let cause = end?.cause, cause != .exited(0) {
            log.warn("notification failed", ["task": one.task, "end": cause.text])
        }
        done.append(one.number)
        startDue(configuration)
    }

    /// Ends what runs: it stays on the list, for the next supervisor.
    func stop() {
        for pid in running.keys { kill(-pid, SIGKILL) }
    }
}
