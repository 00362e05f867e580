import CLinux
import Glibc
import KoubouCore

/// The loop of a worker: claim, run, record and claim the next in one transaction.
final class Worker {
    enum Mode { case stay, once, untilNothingIsLeft }

    let home: Home
    let configuration: Configuration
    let store: Store
    let loop: EventLoop
    private let process = ProcessIdentity.current
    let id: WorkerID
    let log: Log
    let queue: QueueMark
    private let mode: Mode
    private let isSupervised: Bool
    /// What every task's environment begins with.
    let baseEnvironment: [[UInt8]]

    let cgroup = DelegatedCgroup.ofThisProcess
    let codex = CodexProbe()

    var current: TaskRun?
    /// The process of the task, until it is noted.
    var unnoted: ProcessIdentity?
    /// An end that could not be recorded yet.
    private var unrecorded: AttemptEnd?
    private var isDraining = false
    private var isLeaving = false
    /// True when it was to end its task at once.
    private var isInHurry = false
    private var heartbeat: EventLoop.TimerID?
    private var nextLook: EventLoop.TimerID?
    private var trouble = Trouble()
    private var failure: StoreError?
    /// Holds back claims while this machine is too short of something to start a process.
    var shortage = Backoff(first: .seconds(1), limit: .seconds(30))
    private var random = SystemRandomNumberGenerator()

    /// - Throws: `WorkerError.slotTaken` when the slot belongs to another process.
    init(home: Home, configuration: Configuration, slot: WorkerID?, mode: Mode, isSupervised: Bool) throws {
        (self.home, self.configuration, self.mode, self.isSupervised) = (home, configuration, mode, isSupervised)
        store = try Store(home: home)
        loop = try EventLoop()
        queue = QueueMark(of: home)
        if !isSupervised { try Self.buryTheGone(slot, in: store, home, configuration) }
        guard let id = try store.register(slot: slot, process: process, status: .starting, at: Clock.now) else {
            throw WorkerError.slotTaken(slot?.description ?? "")
        }
        self.id = id
        log = Log(
            path: home.workerLog(id), folders: home.logFolders, settings: configuration.log, holdsStderr: isSupervised)
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
        // With the end of a reap the next task begins: what ended then is for that one to judge.
        try loop.onSignal(SIGCHLD) { [self] in while current?.reapStray() ?? false {} }
        log.info("worker started", ["worker": id, "pid": process.pid])
        let controllers = cgroup?.controllers ?? []
        for type in configuration.types.values.sorted(by: { $0.name < $1.name }) {
            for (key, effect) in type.limits.shortfalls(with: controllers) {
                log.warn("\(key) of type \(type.name) \(effect)")
            }
        }
        if isSupervised { watchSupervisor() }
        if !isDraining { look() }
        beat()
        loop.after(.seconds(1)) { releaseProgramPages() }  // of the start
        if !isLeaving { try loop.run() }
        if let failure { throw failure }
        if current?.isReaping != true {
            _ = try? store.bury(id, process, AttemptEnd(.lost), policy: configuration.retryPolicy(of:), at: Clock.now)
        }
        log.info("worker left", ["worker": id])
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
    func note() {
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
        case .dismissed: leave()
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
    func attempt(_ what: String, writes: Bool = true, _ body: () throws(StoreError) -> Void) -> Bool {
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

    // MARK: Record

    func record(_ end: AttemptEnd) {
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
            releaseProgramPages()
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
        guard let current else { return leave() }
        if isInHurry, current.isReaping { return leaveUnreaped(current) }
        isInHurry = true
        current.stop(.requeued)
    }

    /// Whoever takes leave of this worker sees to what it has launched.
    private func leaveUnreaped(_ run: TaskRun) {
        run.leaveReap()
        try? store.letGo(id, process)
        leave()
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
