import CLinux
import Glibc
import KoubouCore

/// The loop of a worker: claim, run, record and claim the next in one transaction.
final class Worker {
    enum Mode { case stay, once, untilNothingIsLeft }

    private let home: Home
    let configuration: Configuration
    let store: Store
    private let loop: EventLoop
    private let process = ProcessIdentity.current
    private let id: WorkerID
    private let log: Log
    private let mode: Mode
    private let isSupervised: Bool
    /// What every task's environment begins with.
    private let baseEnvironment: [[UInt8]]

    private let cgroup = DelegatedCgroup.ofThisWorker
    private let codex = CodexProbe()

    private var current: TaskRun?
    /// The process of the task, until it is noted.
    private var unnoted: ProcessIdentity?
    /// An end that could not be recorded yet.
    private var unrecorded: AttemptEnd?
    private var isDraining = false
    private var isLeaving = false
    private var heartbeat: EventLoop.TimerID?
    private var nextLook: EventLoop.TimerID?
    private var trouble = Trouble()
    private var failure: StoreError?
    /// Holds back claims while this machine is too short of something to start a process.
    private var shortage = Backoff(first: .seconds(1), limit: .seconds(30))
    private var random = SystemRandomNumberGenerator()

    /// - Throws: `WorkerError.slotTaken` when the slot belongs to another process.
    init(home: Home, configuration: Configuration, slot: WorkerID?, mode: Mode, isSupervised: Bool) throws {
        (self.home, self.configuration, self.mode, self.isSupervised) = (home, configuration, mode, isSupervised)
        store = try Store(home: home)
        loop = try EventLoop()
        if !isSupervised { try Self.buryTheGone(slot, in: store, configuration) }
        guard let id = try store.register(slot: slot, process: process, status: .starting, at: Clock.now) else {
            throw WorkerError.slotTaken(slot?.description ?? "")
        }
        self.id = id
        log = Log(path: home.workerLog(id), folders: home.logFolders, level: configuration.logLevel)
        log.tell(of: store.upgrade)
        baseEnvironment = Environment.wordsToPassOn
        koubou_become_subreaper()
    }

    func run() throws {
        try loop.onSignal(SIGTERM) { [self] in isDraining ? stopNow() : drain() }
        try loop.onSignal(SIGINT) { [self] in stopNow() }
        try loop.onSignal(SIGUSR2) { [self] in drain() }
        try loop.onSignal(SIGUSR1) { [self] in look() }
        try loop.onSignal(SIGHUP) { [self] in log.reopen() }
        try loop.onSignal(SIGCHLD) { [self] in current?.reapStrays() }
        log.info("worker started", ["worker": id, "pid": process.pid])
        if cgroup == nil, configuration.types.values.contains(where: { $0.limits.memoryMax != nil }) {
            log.warn("memory_max has no effect: no cgroup with the memory controller is delegated to kouboud")
        }
        if isSupervised { watchSupervisor() }
        if !isDraining { look() }
        beat()
        if !isLeaving { try loop.run() }
        if let failure { throw failure }
        _ = try? store.bury(id, process, AttemptEnd(.lost), policy: configuration.retryPolicy(of:), at: Clock.now)
        log.info("worker left", ["worker": id])
    }

    /// Without a supervisor nobody else sees to what a killed worker has left.
    private func buryTheGone() {
        attempt("record the end of a worker") { () throws(StoreError) in
            try Self.buryTheGone(id, in: store, configuration)
        }
    }

    /// - Parameter slot: whose former worker is taken leave of also when a supervisor would see to that.
    private static func buryTheGone(_ slot: WorkerID?, in store: Store, _ configuration: Configuration)
        throws(StoreError)
    {
        let isSeenTo = try store.supervisor()?.process.isAlive ?? false
        for gone in try store.workers() where (!isSeenTo || gone.id == slot) && !gone.process.isAlive {
            let buried = try store.buryForeign(gone, policy: configuration.retryPolicy(of:), at: Clock.now)
            for process in buried.toWake { process.send(SIGUSR1) }
        }
    }

    /// When kouboud dies, its workers finish what they run and leave.
    private func watchSupervisor() {
        koubou_signal_on_parent_death(SIGUSR2)  // no TERM, of which a second one would end the task
        // It may have died before that call, and then no signal comes.
        if let supervisor = try? store.supervisor(), supervisor.process.pid != getppid() { drain() }
    }

    // MARK: Claim

    /// Looks at the database: for work, or for what others want of the task that runs.
    private func look() {
        loop.cancel(nextLook)
        if let unrecorded { return record(unrecorded) }
        if let current { return heed(current) }
        if isDraining { return leave() }
        if let wait = shortage.wait(at: MonotonicClock.now) { return lookAgain(after: wait) }
        attempt("claim a task") { () throws(StoreError) in
            take(try store.claim(by: id, process, throttles: configuration.throttles, at: Clock.now))
        }
    }

    private func heed(_ run: TaskRun) {
        note()
        attempt("look at the task", writes: false) { () throws(StoreError) in
            switch try store.wish(about: run.claim) {
            case .goOn: break
            case .cancel: run.stop(.cancelled)
            case .abandon: run.stop(.abandoned)
            }
        }
    }

    /// Notes the process of the task, for whoever has to find it after us.
    private func note() {
        guard let process = unnoted, let run = current else { return }
        attempt("note the process") { () throws(StoreError) in
            try store.note(process, of: run.claim)
            unnoted = nil
        }
    }

    private func take(_ work: Store.Work) {
        switch work {
        case .claimed(let claim): start(claim)
        case .disowned:
            log.warn("taken for dead by the supervisor", ["worker": id])
            leave()
        case .nothing(let next):
            if let wait = shortage.wait(at: MonotonicClock.now), !isDraining { return lookAgain(after: wait) }
            if mode != .stay || isDraining { return leave() }
            guard let next else { return }
            lookAgain(after: max(next - Clock.now, .milliseconds(1)))
        }
    }

    private static let pauseInTrouble: Duration = .seconds(1)

    /// Whatever keeps us from the database passes, or a person mends it: log it, and try again.
    ///
    /// - Parameter writes: a read that succeeds does not tell that all is well again.
    /// - Returns: true when `body` was done.
    @discardableResult
    private func attempt(_ what: String, writes: Bool = true, _ body: () throws(StoreError) -> Void) -> Bool {
        do {
            try body()
            if writes, trouble.ends() { log.info("the queue can be used again", ["worker": id]) }
            return true
        } catch {
            if trouble.begins(error.line) { log.error("cannot \(what)", ["worker": id, "error": error.line]) }
            lookAgain(after: Self.pauseInTrouble)
            return false
        }
    }

    private func lookAgain(after delay: Duration) {
        loop.cancel(nextLook)
        nextLook = loop.after(delay) { [self] in look() }
    }

    // MARK: Run

    private func start(_ claim: Claim) {
        log.debug("task claimed", ["worker": id, "task": claim.task, "type": claim.type, "attempt": claim.attempt])
        let type = configuration.types[claim.type]
        let environment = TaskCommand.environment(claim, base: baseEnvironment, home: home, worker: id)
        let run = TaskRun(
            claim, type: type ?? TaskType(name: claim.type, program: .argv), loop: loop, home: home,
            configuration: configuration, cgroup: cgroup, reader: type.flatMap { reader(for: $0, claim, environment) },
            resultFile: ResultFile(of: claim, home: home),
            onSettled: { [self] process in
                unnoted = process
                note()
            },
            onEnd: { [self] end in record(end) })
        current = run
        let begun = MonotonicClock.now
        do {
            guard let type else {
                throw ConfigurationError.unknownType(claim.type, known: configuration.types.keys.sorted())
            }
            try run.start(
                TaskCommand(
                    claim, type: type, environment: environment,
                    codexHelp: { [codex] in try codex.help($0, environment: environment) },
                    isJSON: { [store] in (try? store.isJSON($0)) ?? false }))
            if shortage.failures > 0 { log.info("tasks can be started again", ["worker": id]) }
            shortage.noteSuccess()
        } catch {
            let end = notStarted(claim, because: error)
            if end.outcome == .deferred {
                if shortage.failures == 0 { log.error("cannot start tasks", ["worker": id, "error": end.error]) }
                shortage.noteFailure(begun: begun, at: MonotonicClock.now)
            }
            // Through the loop, lest a queue full of such tasks piles up on the stack.
            loop.after(.zero) { [self] in record(end) }
        }
    }

    // MARK: Record

    private func record(_ end: AttemptEnd) {
        guard let run = current else { return }
        guard failure == nil else { return leave() }
        unrecorded = end
        attempt("record a result") { () throws(StoreError) in
            let recorded = try store.record(
                end, of: run.claim, by: id, process, policy: configuration.retryPolicy(of: run.claim.type),
                jitter: .random(in: 0...1, using: &random), throttles: configuration.throttles, then: sequel,
                at: Clock.now)
            (unrecorded, current, unnoted) = (nil, nil, nil)
            run.discardFiles(recorded: recorded.isRecorded ? end : nil)
            for process in recorded.toWake { process.send(SIGUSR1) }
            log.debug(
                "task ended",
                [
                    "worker": id, "task": run.claim.task, "status": recorded.status?.rawValue,
                    "outcome": end.outcome.rawValue, "error": end.error,
                ])
            if !recorded.isRecorded { log.warn("claim was lost", ["worker": id, "task": run.claim.task]) }
            if let work = recorded.work { take(work) } else { leave() }
            try store.keepWALShort()
        }
    }

    private var sequel: Store.Sequel {
        if isDraining || mode == .once { return .leave }
        return shortage.wait(at: MonotonicClock.now) == nil ? .claim : .pause
    }

    // MARK: Live and leave

    private func beat() {
        let limit = configuration.heartbeatTimeout
        beat(after: current == nil ? min(.seconds(20), limit * 0.6) : min(.seconds(5), limit * 0.2))
    }

    private func beat(after delay: Duration) {
        loop.cancel(heartbeat)
        heartbeat = loop.after(delay) { [self] in
            do throws(StoreError) { try store.refuseGone() } catch { return giveUp(error) }
            let isHeard = attempt("tell that it lives") { () throws(StoreError) in
                if try !store.heartbeat(of: id, process, isDraining: isDraining, at: Clock.now) { disown() }
            }
            if isLeaving { return }
            if !isSupervised { buryTheGone() }
            look()
            if current == nil { returnFreeMemory() }
            // One that could not be heard must not be taken for dead as soon as the others can be.
            if isHeard { beat() } else { beat(after: Self.pauseInTrouble) }
        }
    }

    /// Somebody took this worker for dead: its task belongs to another one.
    private func disown() {
        isDraining = true
        if let current { current.stop(.abandoned) } else { leave() }
    }

    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        guard current != nil else { return leave() }
        attempt("tell that it drains") { () throws(StoreError) in
            _ = try store.heartbeat(of: id, process, isDraining: true, at: Clock.now)
        }
    }

    private func stopNow() {
        isDraining = true
        if let unrecorded {
            // One more try; what can't be recorded is run again.
            record(unrecorded)
            return leave()
        }
        if let current { current.stop(.requeued) } else { leave() }
    }

    /// Ends with an error, because going on would do harm.
    private func giveUp(_ error: StoreError) {
        failure = error
        log.error(error.line, ["worker": id])
        stopNow()
    }

    private func leave() {
        isLeaving = true
        loop.stop()
    }
}
