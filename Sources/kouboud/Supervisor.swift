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
        /// Which reading of the configuration it works by.
        let generation: Int
        var isDraining = false
    }

    /// A look that takes longer had to wait for somebody.
    private static let longWait: Duration = .milliseconds(300)

    /// Unlike TERM it may come again and again.
    static let drainSignal = SIGUSR2

    enum Phase { case running, draining, stopping }

    let home: Home
    var configuration: Configuration
    let store: Store
    let lock: FileDescriptor
    let loop: EventLoop
    let log: Log
    let notifier: Notifier
    /// Has the workers whose end is not recorded yet.
    let reaper: Reaper
    let worker = WorkerProgram()
    /// An upgrade has put other programs where ours were.
    var isReplaced = false
    let manager: ServiceManager?
    var toldStatus = ""
    let process = ProcessIdentity.current
    var phase = Phase.running
    var children: [pid_t: Child] = [:]
    var watch = PoolWatch()
    /// Holds back new workers while they die as soon as they are started.
    var startBackoff = Backoff(first: .milliseconds(100), limit: .seconds(30))
    var generation = 0
    var note: String?
    /// Tasks that could run at the last look.
    var pending = 0
    /// What the policy `targetWait` has seen of the load.
    var meter = LoadMeter()
    /// The last event that it has seen.
    var meteredEvent: Int64?
    let load: ([(key: String, value: String)]) throws -> Configuration
    var poolSettings: [(key: String, value: String)] = []
    private var survey: Survey?
    private var seenVersion = -1
    private var lastLook: Duration = .zero
    private var lastHeartbeat: Duration = .zero
    private var nextTick: EventLoop.TimerID?
    private var trouble = Trouble()
    var refusals = Trouble()
    /// What the database says of our limits.
    var shownLimits: PoolLimits?
    var failure: (any Error)?

    /// - Parameter load: reads the configuration, with what `koubouctl pool` has kept on top.
    /// - Throws: `SupervisorError.alreadyRuns` when another one has this home.
    init(
        home: Home, manager: ServiceManager?, load: @escaping ([(key: String, value: String)]) throws -> Configuration
    ) throws {
        (self.home, self.manager, self.load) = (home, manager, load)
        configuration = try load([])
        // Looks come often, and between them hung workers are dealt with, which may hold the lock.
        store = try Store(home: home, patience: .seconds(2))
        lock = try FileDescriptor(opening: home.supervisorLock, O_RDWR | O_CREAT)
        loop = try EventLoop()
        log = Log(
            path: home.supervisorLog, folders: home.logFolders, settings: configuration.log, copiesToStderr: true)
        log.tell(of: store.upgrade)
        notifier = Notifier(home: home, store: store, loop: loop, log: log)
        reaper = Reaper(home: home, store: store, loop: loop, log: log)
        try enter()
        koubou_become_subreaper()
        if DelegatedCgroup.takeOver() != nil { log.info("cgroup taken over") }
    }

    /// Binds each event to what it means; returns when a drain has emptied the pool.
    func run() throws {
        reaper.onReaped = { [self] in tick() }
        try loop.onSignal(SIGCHLD) { [self] in reap() }
        try loop.onSignal(SIGUSR1) { [self] in lookSoon() }  // something was submitted: look now
        try loop.onSignal(SIGUSR2) { [self] in printStatistics() }
        try loop.onSignal(SIGHUP) { [self] in reload() }
        try loop.onSignal(SIGQUIT) { [self] in stopNow() }
        for signal in [SIGTERM, SIGINT] {
            try loop.onSignal(signal) { [self] in phase == .running ? drain() : stopNow() }
        }
        log.info(
            "supervisor started",
            [
                "pid": process.pid, "home": home.path,
                "min": configuration.pool.workers.lowerBound, "max": configuration.pool.workers.upperBound,
            ])
        tick()
        manager?.tell("READY=1")
        repeatSigns()
        sweepResults()
        repeatStatistics()
        repeatHousekeeping()
        loop.after(.seconds(1)) { releaseProgramPages() }  // of the start
        try loop.run()
        notifier.stop()
        reaper.stop()
        if let failure { throw failure }
        try store.retireSupervisor(process)
        log.info("supervisor stopped", ["pid": process.pid])
    }

    // MARK: Look and act

    /// A burst of calls costs one look: at most fifty a second. Workers that were called too go first.
    private func lookSoon() {
        let pause = max(.milliseconds(20) - (MonotonicClock.now - lastLook), .milliseconds(3))
        loop.cancel(nextTick)
        nextTick = loop.after(pause) { [self] in tick() }
    }

    /// One look at the queue, and what follows from it.
    func tick() {
        loop.cancel(nextTick)
        lastLook = MonotonicClock.now
        var pause = configuration.poll
        killStopped()
        do { try store.refuseGone() } catch { return giveUp(error) }
        do {
            try buryDead()
            let survey = try look()
            heedUpgrade()
            if phase == .running { try act(on: survey) }
            if phase != .stopping { notifier.startDue(configuration) }
            if let due = survey.nextDue { pause = min(pause, max(due - Clock.now, .milliseconds(1))) }
            if let wait = startBackoff.wait(at: MonotonicClock.now) { pause = min(pause, wait) }
            if store.isWALLong { try store.checkpoint() }
            if trouble.ends() { log.info("the queue can be used again") }
            tellStatus()
        } catch {
            watch.pause()
            tellStatus("cannot look at the queue: \(error.line)")
            pause = max(pause, .seconds(1))
            if trouble.begins(error.line) { log.error("cannot look at the queue", ["error": error.line]) }
        }
        nextTick = loop.after(pause) { [self] in tick() }
        leaveWhenEmpty()
    }

    /// The present survey: the old one while nobody has written, so that an idle pool writes nothing.
    private func look() throws(StoreError) -> Survey {
        let now = MonotonicClock.now
        let version = try store.dataVersion()
        let isDue = survey?.nextDue.map { $0 <= Clock.now } ?? false
        if let survey, version == seenVersion, !isDue,
            !watch.isAnyoneSilent(for: configuration.heartbeatTimeout, at: now),
            now - lastHeartbeat < .seconds(20)
        {
            return survey
        }
        let fresh = try store.survey(
            throttles: configuration.throttles, notify: configuration.notify, at: Clock.now)
        tellRecurred(fresh.recurred)
        (survey, seenVersion, lastHeartbeat, pending) = (fresh, version, now, fresh.pending)
        let end = MonotonicClock.now
        watch.update(fresh.workers, at: end)
        // Who had to wait for the lock as we did could not say that it lives.
        if end - now > Self.longWait { watch.pause() } else { killSilent() }
        try heedPoolSettings()
        return fresh
    }

    /// Forgets the last survey, after a write of our own: `dataVersion` tells of other connections only.
    func forgetSurvey() { survey = nil }

    private func act(on survey: Survey) throws(StoreError) {
        let now = MonotonicClock.now
        buryForeign(survey.workers)
        try replaceOutdated()
        if isCrashLooping,
            children.values.contains(where: { startBackoff.isFollowed(by: $0.startedAt) && watch.isReady($0) })
        {
            startBackoff.noteSuccess()
            log.info("workers live again")
        }
        let shortage = survey.pending > 0 ? MemoryStatus.current.shortage(configuration.memory) : nil
        let own = Set(children.values.map(\.process))
        // Those of a supervisor that was killed finish what they run, and count until then; but one of ours goes on with the
        // queue meanwhile.
        let leaving = survey.workers.filter {
            $0.status == .draining && !own.contains($0.process) && $0.process.isAlive
        }
        let workers =
            children.values.map { PoolWorker(id: $0.id, state: watch.state(of: $0)) }
            + leaving.prefix(configuration.pool.workers.upperBound - 1).map { PoolWorker(id: $0.id, state: .draining) }
        let snapshot = PoolSnapshot(
            now: now, pending: survey.pending, workers: workers, memoryIsShort: shortage != nil,
            childWaits: survey.pending > 0 ? try store.childWaits() : false, load: try measure(survey, at: now))
        let actions = decide(snapshot, limits: configuration.pool)
        for action in actions {
            switch action {
            case .start(let count): start(count, in: snapshot)
            case .drain(let id): drainWorker(id, because: configuration.pool.reasonToShrink(snapshot))
            }
        }
        if case .drain = actions.first {
            if snapshot.active <= configuration.pool.workers.upperBound { meter.noteStop(at: now) }
            record(.drain, from: snapshot.active, because: configuration.pool.reasonToShrink(snapshot))
        }
        try tell(isCrashLooping ? note : shortage)
        // A wake-up is a hint that may have gone to a worker which was just taken.
        if survey.pending > 0 {
            for worker in survey.workers.filter({ $0.status == .idle }).prefix(survey.pending) {
                worker.process.send(SIGUSR1)
            }
        }
    }

    /// After a new configuration nobody claims by the old one: who is busy leaves when its task has ended, the others at once.
    private func replaceOutdated() throws(StoreError) {
        let outdated = children.values.filter { $0.generation < generation && !$0.isDraining }
        guard !outdated.isEmpty else { return }
        try store.dismiss(outdated.map(\.process))
        let before = activeChildren
        for child in outdated { drainWorker(child.id, because: "new configuration") }
        record(.drain, from: before, because: "new configuration")
    }

    private func drainWorker(_ id: WorkerID, because reason: String) {
        guard let pid = children.first(where: { $0.value.id == id })?.key else { return }
        children[pid]?.isDraining = true
        kill(pid, Self.drainSignal)  // our child, not reaped: the pid is still its own
        log.info("worker drains", ["worker": id, "reason": reason])
    }
}
