import CLinux
import Glibc
import KoubouCore

/// Sizes the pool: looks, decides, starts and drains workers, and takes leave of those that have ended.
final class Supervisor {
    /// A worker that we started and have not reaped.
    struct Child {
        let id: WorkerID
        let process: ProcessIdentity
        let startedAt: Duration
        var isDraining = false
    }

    let home: Home
    var configuration: Configuration
    let store: Store
    let loop: EventLoop
    let log: Log
    let process = ProcessIdentity.current
    var children: [pid_t: Child] = [:]
    /// Workers whose end could not be recorded yet.
    var unburied: [(id: WorkerID, process: ProcessIdentity, error: String)] = []
    var watch = PoolWatch()
    var startBackoff = StartBackoff()
    var phase = Phase.running
    private let load: () throws -> Configuration
    private var survey: (pending: Int, workers: [WorkerRecord], nextDue: Timestamp?)?
    private var seenVersion = -1
    private var lastLook: Duration = .zero
    private var lastHeartbeat: Duration = .zero
    private var nextTick: EventLoop.TimerID?

    enum Phase { case running, draining, stopping }

    /// - Parameter load: reads the configuration again, for HUP.
    /// - Throws: `SupervisorError.alreadyRuns` when another one has this home.
    init(home: Home, configuration: Configuration, load: @escaping () throws -> Configuration) throws {
        (self.home, self.configuration, self.load) = (home, configuration, load)
        store = try Store(home: home)
        loop = try EventLoop()
        if let other = try store.becomeSupervisor(process, limits: configuration.pool, at: Clock.now) {
            throw SupervisorError.alreadyRuns(pid: other.process.pid, home: home.path)
        }
        log = Log(path: home.supervisorLog, level: configuration.logLevel, copiesToStderr: true)
        koubou_become_subreaper()
    }

    /// Binds each event to what it means; returns when a drain has emptied the pool.
    func run() throws {
        try loop.onSignal(SIGCHLD) { [self] in reap() }
        try loop.onSignal(SIGUSR1) { [self] in lookSoon() }    // something was submitted: look now
        try loop.onSignal(SIGUSR2) { [self] in printStatistics() }
        try loop.onSignal(SIGHUP) { [self] in reload() }
        try loop.onSignal(SIGQUIT) { [self] in stopNow() }
        for signal in [SIGTERM, SIGINT] {
            try loop.onSignal(signal) { [self] in phase == .running ? drain() : stopNow() }
        }
        log.info("supervisor started", ["pid": process.pid, "home": home.path,
            "min": configuration.pool.workers.lowerBound, "max": configuration.pool.workers.upperBound])
        reap()
        tick()
        repeatStatistics()
        try loop.run()
        try store.retireSupervisor(process)
        log.info("supervisor stopped", ["pid": process.pid])
    }

    // MARK: Look and act

    /// A burst of calls costs one look: at most fifty a second.
    private func lookSoon() {
        let pause = Duration.milliseconds(20) - (MonotonicClock.now - lastLook)
        if pause <= .zero { return tick() }
        loop.cancel(nextTick)
        nextTick = loop.after(pause) { [self] in tick() }
    }

    /// One look at the queue, and what follows from it.
    func tick() {
        loop.cancel(nextTick)
        lastLook = MonotonicClock.now
        var pause = configuration.poll
        do {
            try buryDead()
            let survey = try look()
            if phase == .running { act(on: survey) }
            if let due = survey.nextDue { pause = min(pause, max(due - Clock.now, .milliseconds(1))) }
            if store.isWALLong { try store.checkpoint() }
        } catch {
            watch.pause()
            log.error("cannot look at the queue", ["error": error.line])
        }
        nextTick = loop.after(pause) { [self] in tick() }
    }

    /// The present survey: the old one while nobody has written, so that an idle pool writes nothing.
    private func look() throws(StoreError) -> (pending: Int, workers: [WorkerRecord], nextDue: Timestamp?) {
        let now = MonotonicClock.now
        let version = try store.dataVersion()
        let isDue = survey?.nextDue.map { $0 <= Clock.now } ?? false
        if let survey, version == seenVersion, !isDue, now - lastHeartbeat < .seconds(20) { return survey }
        let fresh = try store.survey(at: Clock.now)
        if now - lastHeartbeat >= .seconds(20) { try store.forgetDeadListeners() }
        (survey, seenVersion, lastHeartbeat) = (fresh, version, now)
        return fresh
    }

    /// Forgets the last survey, after a write of our own: `dataVersion` tells of other connections only.
    func forgetSurvey() { survey = nil }

    private func act(on survey: (pending: Int, workers: [WorkerRecord], nextDue: Timestamp?)) {
        let now = MonotonicClock.now
        watch.update(survey.workers, at: now)
        buryForeign(survey.workers)
        killHung(survey.workers, at: now)
        let workers = children.values.map { PoolWorker(id: $0.id, state: watch.state(of: $0, in: survey.workers)) }
        let snapshot = PoolSnapshot(now: now, pending: survey.pending, workers: workers)
        for action in decide(snapshot, limits: configuration.pool) {
            switch action {
            case .start(let count): start(count, pending: survey.pending)
            case .drain(let id): drainWorker(id)
            }
        }
        // A wake-up is a hint that may have gone to a worker which was just taken.
        if survey.pending > 0 {
            for worker in survey.workers.filter({ $0.status == .idle }).prefix(survey.pending) { worker.process.send(SIGUSR1) }
        }
    }

    private func drainWorker(_ id: WorkerID) {
        guard let pid = children.first(where: { $0.value.id == id })?.key else { return }
        children[pid]?.isDraining = true
        kill(pid, SIGTERM)                                     // our child, not reaped: the pid is still its own
        log.info("worker drains", ["worker": id, "reason": "idle"])
    }

    // MARK: Configuration and statistics

    private func reload() {
        log.reopen()
        for pid in children.keys { kill(pid, SIGHUP) }
        do {
            configuration = try load()
            log.level = configuration.logLevel
            _ = try store.becomeSupervisor(process, limits: configuration.pool, at: Clock.now)
            log.info("configuration read")
            tick()
        } catch {
            log.error("configuration refused, the old one stays",
                ["error": (error as? any UserFacingError)?.line ?? "\(error)"])
        }
    }

    private func repeatStatistics() {
        loop.after(configuration.statisticsInterval) { [self] in
            printStatistics()
            repeatStatistics()
        }
    }

    private func printStatistics() {
        do {
            let text = StatisticsText.block(workers: try store.workers(), counts: try store.taskCounts())
            writeAll(text, to: STDOUT_FILENO)
            log.append(text)
        } catch {
            log.error("cannot count tasks", ["error": error.line])
        }
    }

    // MARK: Stop

    /// No new claims; workers finish what they run.
    private func drain() {
        phase = .draining
        log.info("supervisor drains", ["workers": children.count])
        for pid in children.keys { kill(pid, SIGTERM) }
        loop.after(configuration.stopTimeout) { [self] in stopNow() }
        leaveWhenEmpty()
    }

    /// Running tasks are ended and go back into the queue.
    private func stopNow() {
        guard phase != .stopping else { return }
        phase = .stopping
        log.info("supervisor stops at once", ["workers": children.count])
        for pid in children.keys { kill(pid, SIGINT) }
        // A worker ends its task within the grace; one that doesn't is hung.
        loop.after(configuration.killGrace * 2 + .seconds(1)) { [self] in
            for pid in children.keys { kill(pid, SIGKILL) }
        }
        leaveWhenEmpty()
    }

    func leaveWhenEmpty() {
        if phase != .running, children.isEmpty { loop.stop() }
    }
}

/// Why a supervisor can't start.
enum SupervisorError: UserFacingError {
    case alreadyRuns(pid: pid_t, home: String)

    var exitCode: ExitCode { .temporaryFailure }
    var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .alreadyRuns(let pid, let home):
            ("a supervisor runs already, with pid \(pid)", home, "use it, or run: koubouctl stop")
        }
    }
}
