import Glibc

/// Runs the `reap` of a type for one attempt until it succeeds or its time is over. Never waits for it: each try is a child of
/// ours with a time limit, whose end whoever watches over the children tells.
public final class ReapRun {
    /// Called once, with why what was launched may still run; nil: it is gone.
    public typealias EndHandler = (_ trouble: String?) -> Void

    private let attempt: LaunchedAttempt
    private let plan: SpawnPlan
    private let loop: EventLoop
    private let log: Log
    private let onEnd: EndHandler
    private var tries: Reaping
    private var begun: Duration = .zero
    private var limit: Duration = .zero
    private var pid: pid_t = 0
    private var stderr: Int32 = -1
    private var lastWords: [UInt8] = []
    private var timer: EventLoop.TimerID?
    private var isOverdue = false

    private static let keptWords = 1024

    /// Nil where the type has nothing to reap with.
    ///
    /// - Parameter environment: below that of the attempt.
    public init?(
        of attempt: LaunchedAttempt, _ settings: LaunchSettings?, in queue: QueueMark, over environment: [[UInt8]],
        loop: EventLoop, log: Log, onEnd: @escaping EndHandler
    ) {
        guard let settings, let words = settings.reap else { return nil }
        (self.attempt, self.loop, self.log, self.onEnd) = (attempt, loop, log, onEnd)
        // Not in the task's folder, which may be gone.
        plan = SpawnPlan(
            arguments: attempt.filled(words, in: queue),
            environment: attempt.environment(over: environment, in: queue))
        tries = Reaping(within: settings.reapTimeout, from: MonotonicClock.now)
    }

    deinit { if stderr >= 0 { close(stderr) } }

    /// True for the process of the present try, until it is reaped.
    public func owns(_ pid: pid_t) -> Bool { self.pid == pid && pid > 0 }

    /// Begins the first try.
    public func start() { next() }

    private func next() {
        begun = MonotonicClock.now
        (lastWords, isOverdue) = ([], false)
        do {
            let pipe = try makePipe()
            defer { close(pipe.writer) }
            stderr = pipe.reader
            var plan = plan
            plan.descriptors[2] = pipe.writer
            pid = try spawn(plan)
            // Read all the time: a full pipe would keep it from its end. What is not read does no harm.
            try? loop.onReadable(stderr) { [self] in listen() }
            limit = tries.limitOfTry(at: begun)
            timer = loop.after(limit) { [self] in
                isOverdue = true
                kill(-pid, SIGKILL)
            }
        } catch {
            let line = (error as? any UserFacingError)?.line ?? "\(error)"
            // Through the loop: whoever has started it is not ready to hear of its end.
            timer = loop.after(.zero) { [self] in fail(line) }
        }
    }

    private func listen() {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer in
            let count = retryingInterrupts { read(stderr, buffer.baseAddress, buffer.count) }
            if count == 0 { loop.removeReadable(stderr) }
            if count > 0 { lastWords = (lastWords + Array(buffer[..<count])).suffix(Self.keptWords) }
        }
    }

    /// Takes leave of the process of the present try, which has ended.
    public func reap() {
        kill(-pid, SIGKILL)  // what it has left behind
        let cause = ProcessEnd(reaping: pid)?.cause
        pid = 0
        listen()
        forget()
        if cause == .exited(0) {
            log.info("attempt reaped", ["task": attempt.task, "attempt": attempt.attempt])
            return onEnd(nil)
        }
        let how = isOverdue ? "took longer than \(DurationText.text(limit))" : cause?.text ?? "ended unseen"
        let words = lastWords.split { $0 == 0x0a || $0 == 0x0d }.last.map { String(decoding: $0, as: UTF8.self) }
        fail(how + (words.map { ": \(LogLine.printable($0))" } ?? ""))
    }

    private func fail(_ trouble: String) {
        forget()
        let step = tries.step(afterFailure: begun, at: MonotonicClock.now)
        log.warn("reap failed", ["task": attempt.task, "attempt": attempt.attempt, "error": trouble])
        switch step {
        case .again(let delay): timer = loop.after(delay) { [self] in next() }
        case .giveUp:
            log.error("reap given up", ["task": attempt.task, "attempt": attempt.attempt])
            onEnd(trouble)
        }
    }

    /// Ends the present try, and makes no more; nobody is told.
    public func stop() {
        if pid > 0 {
            kill(-pid, SIGKILL)
            _ = ProcessEnd(reaping: pid)
            pid = 0
        }
        forget()
    }

    private func forget() {
        loop.cancel(timer)
        timer = nil
        guard stderr >= 0 else { return }
        loop.removeReadable(stderr)
        close(stderr)
        stderr = -1
    }
}
