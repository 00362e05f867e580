import Glibc
import KoubouCore

/// A load test at work: hands in, watches what becomes of it, measures.
final class LoadRun {
    private let plan: LoadPlan
    private let context: Context
    private let store: Store
    private let loop: EventLoop
    private let begin = MonotonicClock.now
    private(set) var report: LoadReport
    private var dealer: ShareDealer
    private var lastEvent: Int64
    /// All of our tasks before it have ended.
    private var firstOpen = TaskID(0)
    private var workSeenAt = MonotonicClock.now
    /// Set when it was cut short.
    private var stopStatus: Int32?
    /// When all that had not ended was cancelled.
    private var cancelledAt: Duration?

    /// Of one transaction, so that others get their turn.
    private static let batch = 500
    private static let look: Duration = .milliseconds(200)
    /// A supervisor that is started anew is back by then.
    private static let supervisorPatience: Duration = .seconds(10)

    init(_ plan: LoadPlan, in context: Context) throws {
        (self.plan, self.context) = (plan, context)
        store = try context.store
        loop = try EventLoop()
        dealer = ShareDealer(plan.shares)
        lastEvent = try store.lastEvent()
        let now = Clock.now
        report = LoadReport(tag: "load-\(getpid())-\(now.millisecondsSince1970)", tasks: plan.tasks, start: now)
    }

    /// - Returns: the exit status: 0 if all completed, 1 if not; `SignalEnd` when a signal cut it short.
    func run() throws -> Int32 {
        guard try isSomebodyThere() else { throw LoadError.noSupervisor }
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            try loop.onSignal(signal) { [self] in try stop(SignalEnd.status(of: signal)) }
        }
        let bar = ProgressBar(total: plan.tasks)
        bar?.run(on: loop) { [self] in (report.ended, report.count(.failed)) }
        defer { bar?.clear() }
        try submitDue()
        try lookLater()
        try loop.run()
        try store.sync()
        if let stopStatus { return stopStatus }
        return report.count(.completed) == plan.tasks ? 0 : ExitCode.failure.rawValue
    }

    private func isSomebodyThere() throws -> Bool {
        if try store.supervisor()?.process.isAlive ?? false { return true }
        return try store.workers().contains { $0.process.isAlive }
    }

    /// Hands in what is due by now, and comes back for the rest.
    private func submitDue() throws {
        guard stopStatus == nil, report.submitted < plan.tasks else { return }
        let elapsed = (MonotonicClock.now - begin).inSeconds
        let due = plan.rate.map { Int(min(elapsed * $0 + 1, Double(plan.tasks))) } ?? plan.tasks
        let count = min(due - report.submitted, Self.batch)
        if count > 0 {
            let tasks = (0..<count).map { _ in
                var task = plan.templates[dealer.next()]
                task.tags = [report.tag]
                return task
            }
            let ids = try store.submit(tasks, at: Clock.now)
            for process in try store.processesToWake(forTasks: ids.count) { process.send(SIGUSR1) }
            try store.keepWALShort()
            report.submitted += count
            report.submitTime = MonotonicClock.now - begin
        }
        // Never at once: signals and the watching need their turn.
        let untilNext = plan.rate.map { Double(report.submitted) / $0 - (MonotonicClock.now - begin).inSeconds } ?? 0
        loop.after(max(.milliseconds(1), .seconds(min(untilNext, 86_400)))) { [self] in try submitDue() }
    }

    private func lookLater() throws {
        try look()
        loop.after(Self.look) { [self] in try lookLater() }
    }

    private func look() throws {
        try readEnds()
        let now = MonotonicClock.now
        report.workers.add(try store.workers().count, at: now)
        if try isSomebodyThere() { workSeenAt = now }
        if stopStatus == nil, now - workSeenAt > Self.supervisorPatience {
            context.tell("the supervisor has gone")
            try stop(ExitCode.unavailable.rawValue)
        }
        let isHandedIn = stopStatus != nil || report.submitted == plan.tasks
        if isHandedIn, try !hasOpenTasks() {
            try readEnds()
            return loop.stop()
        }
        // TERM, its grace, KILL, and a moment to record it.
        if let cancelledAt, now - cancelledAt > (try context.configuration().killGrace) + .seconds(5) { loop.stop() }
    }

    private func readEnds() throws {
        while true {
            let (ends, last) = try store.ends(ofTag: report.tag, after: lastEvent, limit: 1000)
            ends.forEach { report.add($0) }
            guard last != lastEvent else { return }
            lastEvent = last
        }
    }

    private func hasOpenTasks() throws -> Bool {
        guard let next = try store.openTasks(ofTag: report.tag, from: firstOpen, limit: 1).first else { return false }
        firstOpen = next
        return true
    }

    /// Cancels what has not ended; a second time only goes.
    private func stop(_ status: Int32) throws {
        guard stopStatus == nil else { return loop.stop() }
        stopStatus = status
        try cancel(from: TaskID(0))
    }

    private func cancel(from first: TaskID) throws {
        let ids = try store.openTasks(ofTag: report.tag, from: first, limit: Self.batch)
        guard let last = ids.last else { return cancelledAt = MonotonicClock.now }
        let (_, toWake) = try store.cancel(ids, at: Clock.now)
        for process in Set(toWake) { process.send(SIGUSR1) }
        try store.keepWALShort()
        loop.after(.milliseconds(1)) { [self] in try cancel(from: TaskID(last.number + 1)) }
    }
}

/// Why there is no load test.
enum LoadError: UserFacingError {
    case noSupervisor

    var exitCode: ExitCode { .unavailable }
    var report: (what: String, place: String?, remedy: String?) {
        ("no supervisor runs, so nothing would be done", nil, "run first: koubouctl start")
    }
}
