import Glibc
import KoubouCore

/// One attempt of a task, from its start to the end of its last process.
///
/// The task is a process group of its own under this worker, which is a subreaper. Timeout, cancel, drain and a lost
/// claim are one mechanism: TERM to the group, `killGrace` later KILL. When the leader has ended, whatever is left of
/// the attempt is killed, in whatever session it hides.
final class TaskRun {
    /// How the attempt ended, and how long it took. Its captures still hold their files.
    typealias EndHandler = (AttemptEnd) -> Void

    let claim: Claim
    private let loop: EventLoop
    private let configuration: Configuration
    private let type: TaskType
    private let cgroup: DelegatedCgroup?
    /// Understands stdout; nil where that is the result as it is.
    private let reader: (any OutputReader)?
    private let resultFile: ResultFile?
    private let makeReap: (@escaping ReapRun.EndHandler) -> ReapRun?
    private let stdout: OutputCapture
    private let stderr: OutputCapture
    private let onSettled: (ProcessIdentity) throws -> Void
    private let onEnd: EndHandler
    private var pid: pid_t = 0
    private var pipes: [Int32] = []
    private var timers: [EventLoop.TimerID] = []
    private var idleTimer: EventLoop.TimerID?
    private var stopReason: StopReason?
    private var reapRun: ReapRun?

    /// A task that lives longer than this is worth a note of its process and a file for its output.
    private static let settling: Duration = .milliseconds(5)
    private static let bufferSize = 65_536
    /// More than a full pipe holds.
    private static let readsInARow = 32

    /// - Parameters:
    ///   - resultFile: where the result of a task that completes is to be stored too.
    ///   - makeReap: of what the launcher of the type has started; nil where there is nothing to reap.
    ///   - onSettled: called once with the process of a task that did not end at once.
    init(
        _ claim: Claim, type: TaskType, loop: EventLoop, home: Home, configuration: Configuration,
        cgroup: DelegatedCgroup?, reader: (any OutputReader)? = nil, resultFile: ResultFile?,
        makeReap: @escaping (@escaping ReapRun.EndHandler) -> ReapRun?,
        onSettled: @escaping (ProcessIdentity) throws -> Void, onEnd: @escaping EndHandler
    ) {
        (self.claim, self.type, self.loop, self.configuration) = (claim, type, loop, configuration)
        (self.cgroup, self.reader, self.resultFile) = (cgroup, reader, resultFile)
        (self.makeReap, self.onSettled, self.onEnd) = (makeReap, onSettled, onEnd)
        stdout = OutputCapture(path: home.stdoutFile(of: claim.task), isFirst: claim.isFirst)
        stderr = OutputCapture(path: home.stderrFile(of: claim.task), isFirst: claim.isFirst)
    }

    /// Starts the task's process.
    func start(_ command: consuming TaskCommand) throws(SpawnError) {
        do {
            let out = try makePipe()
            pipes.append(out.reader)
            defer { close(out.writer) }
            let err = try makePipe()
            pipes.append(err.reader)
            defer { close(err.writer) }
            command.plan.descriptors[1] = out.writer
            command.plan.descriptors[2] = err.writer
            command.plan.limits = type.limits
            pid = try spawnWithinCgroup(command.plan)
            if let nice = type.limits.nice { setNice(nice, ofGroup: pid) }
            try loop.onReadable(out.reader) { [self] in pump(out.reader, into: stdout) }
            try loop.onReadable(err.reader) { [self] in pump(err.reader, into: stderr) }
            _ = try loop.onExit(of: pid) { [self] in finish() }
        } catch {
            giveUp()
            throw (error as? SpawnError) ?? .system(error as? SystemError ?? SystemError("start", code: EIO))
        }
        timers.append(loop.after(Self.settling) { [self] in try settle() })
        if let timeout = claim.timeout {
            timers.append(loop.after(timeout) { [self] in stop(.timedOut(after: timeout)) })
        }
        if let reader, let limit = reader.beginLimit {
            timers.append(loop.after(limit) { [self] in if !reader.hasBegun { stop(.notBegun(within: limit)) } })
        }
        watchForSilence()
    }

    /// What can't be watched must not run.
    private func giveUp() {
        if pid > 0 {
            kill(-pid, SIGKILL)
            _ = ProcessEnd(reaping: pid)
            pid = 0
            killStragglers()
        }
        closePipes()
    }

    private func watchForSilence() {
        guard let limit = type.idleTimeout else { return }
        loop.cancel(idleTimer)
        idleTimer = loop.after(limit) { [self] in stop(.silent(for: limit)) }
    }

    /// Ends the task: the first reason counts.
    func stop(_ reason: StopReason) {
        guard stopReason == nil else { return }
        stopReason = reason
        guard pid > 0 else { return }
        var delay: Duration = .zero
        for signal in type.stopSignals {
            after(delay) { [self] in
                signalAll(signal)
                signalAll(SIGCONT)  // a stopped process takes no other signal
            }
            delay += configuration.killGrace / type.stopSignals.count
        }
        after(configuration.killGrace) { [self] in
            signalAll(SIGKILL)
            if isInCgroup { cgroup?.kill(cgroupName) }  // what has left the group and all parents, too
        }
    }

    /// At once where there is no delay, and otherwise unless the task has ended before.
    private func after(_ delay: Duration, _ body: @escaping () -> Void) {
        if delay == .zero { body() } else { timers.append(loop.after(delay, body)) }
    }

    /// The group, and its leader by itself, which may have left it.
    private func signalAll(_ number: Int32) {
        kill(-pid, number)
        kill(pid, number)
    }

    private func spawnWithinCgroup(_ plan: SpawnPlan) throws(SpawnError) -> pid_t {
        if let cgroup, isInCgroup {
            let limited = try cgroup.within(cgroupName, type.limits) { () throws(SpawnError) in try spawn(plan) }
            if let limited {
                if !cgroup.controllers.contains("memory") { boundMemory(of: limited) }
                return limited
            }
        }
        let pid = try spawn(plan)
        boundMemory(of: pid)
        return pid
    }

    /// Of one process, where no cgroup bounds all together.
    private func boundMemory(of pid: pid_t) {
        if let memoryMax = type.limits.memoryMax { setMemory(memoryMax, ofProcess: pid) }
    }

    private var isInCgroup: Bool { !type.limits.ofCgroup.isEmpty }

    private var cgroupName: String { DelegatedCgroup.name(of: claim.task) }

    private func settle() throws {
        stdout.becomeWatchable()
        stderr.becomeWatchable()
        if let process = ProcessIdentity(ofChild: pid) { try onSettled(process) }
    }

    /// Reads what there is, up to a bound: a task that never stops writing must not keep us from everything else. At
    /// the end of a stream forgets it.
    private func pump(_ pipe: Int32, into capture: OutputCapture) {
        withUnsafeTemporaryAllocation(byteCount: Self.bufferSize, alignment: 16) { buffer in
            for _ in 0..<Self.readsInARow {
                let count = retryingInterrupts { read(pipe, buffer.baseAddress, buffer.count) }
                if count <= 0 {
                    if count == 0, pid > 0 { loop.removeReadable(pipe) }  // else it is closed next
                    return
                }
                watchForSilence()
                let bytes = Array(buffer[..<count])[...]
                watchFiles { () throws(SystemError) in
                    if let reader, capture === stdout {
                        try keep(reader.read(bytes))
                    } else {
                        try capture.append(bytes)
                    }
                }
                // A reader may have passed on what came to the other stream.
                if max(stdout.size, stderr.size) > configuration.maxOutput {
                    let name = stdout.size > stderr.size ? "stdout" : "stderr"
                    stop(.outputTooLarge(stream: name, limit: configuration.maxOutput))
                    loop.removeReadable(pipe)  // its writer waits or dies
                    return
                }
            }
        }
    }

    private func keep(_ parts: OutputParts) throws(SystemError) {
        if !parts.result.isEmpty { try stdout.append(parts.result[...]) }
        if !parts.progress.isEmpty { try stderr.append(parts.progress[...]) }
    }

    private func watchFiles(_ body: () throws(SystemError) -> Void) {
        do { try body() } catch { stop(.outputUnwritable(error)) }
    }

    /// Reaps one that the task has left to us while it goes on, if there is any; the leader itself waits for `finish`.
    func reapStray() -> Bool {
        guard let stray = endedChild(), stray != pid else { return false }
        if let reapRun, reapRun.owns(stray) { reapRun.reap() } else { _ = ProcessEnd(reaping: stray) }
        return true
    }

    /// True when the launcher has ended, and what it had started is still being reaped.
    var isReaping: Bool { reapRun != nil }

    /// Leaves the reap to whoever takes leave of this worker.
    func leaveReap() { reapRun?.stop() }

    /// The leader has ended and is not reaped yet, so the group's number is still its own.
    private func finish() {
        for timer in timers { loop.cancel(timer) }
        kill(-pid, SIGKILL)
        let end = ProcessEnd(reaping: pid)
        pid = 0  // from now on the number may be somebody else's
        killStragglers()
        for (pipe, capture) in [(pipes[0], stdout), (pipes[1], stderr)] { pump(pipe, into: capture) }
        closePipes()
        loop.cancel(idleTimer)
        guard let end else { return onEnd(AttemptEnd(.failed, error: "how it ended is not known")) }
        reapLaunched(end.cause, attemptEnd(end))
    }

    /// Tells of the end once nothing runs any more of what the launcher has started.
    private func reapLaunched(_ cause: ProcessEnd.Cause, _ end: AttemptEnd) {
        guard Reaping.isNeeded(after: cause, wasStopped: stopReason != nil, type.launch),
            let run = makeReap({ [self] trouble in
                killStragglers()
                reapRun = nil
                var end = end
                if let trouble { end.noteUnreaped(trouble) }
                onEnd(end)
            })
        else { return onEnd(end) }
        reapRun = run
        run.start()
    }

    /// Deletes the files that nothing refers to, after the end was recorded.
    func discardFiles(recorded end: AttemptEnd?) {
        for (capture, output) in [(stdout, end?.stdout), (stderr, end?.stderr)] {
            if case .file = output { continue }
            capture.discardFile()
        }
    }

    private func closePipes() {
        for pipe in pipes { loop.close(pipe) }
        pipes = []
    }

    private func attemptEnd(_ process: ProcessEnd) -> AttemptEnd {
        var end = AttemptEnd(.completed)
        switch process.cause {
        case .exited(let status):
            end.exitStatus = status
            if status != 0 { (end.outcome, end.error) = (.failed, "exit status \(status)") }
            end.mayRetry = !type.retry.noRetry.contains { $0.contains(status) }
            if type.launch.lostStatus.contains(where: { $0.contains(status) }) {
                (end.outcome, end.error) = (.lost, "its connection was lost (exit status \(status))")
                end.retryAfter = type.retry.backoff(afterFailure: claim.lost + 1, jitter: .random(in: 0...1))
            }
        case .signalled(let signal):
            end.signal = signal
            (end.outcome, end.error) = (.failed, "killed by signal \(signalName(signal))")
        }
        if let cgroup, isInCgroup {
            if let memoryMax = type.limits.memoryMax, end.outcome == .failed, cgroup.ranOutOfMemory(cgroupName) {
                end.error = "used more than \(SizeText.text(memoryMax)) of memory, memory_max of its type"
            }
            cgroup.remove(cgroupName)
        }
        end.cpuTime = process.cpuTime
        end.peakMemory = process.peakMemory
        do {
            if let reader {
                end.stderrTail = stderr.tail
                try keep(reader.finish(&end))
            }
            end.stderrTail = stderr.tail
            end.stdout = try stdout.finish()
            end.stderr = try stderr.finish()
            if stopReason == nil { storeResult(of: &end) }
        } catch {
            stopReason = stopReason ?? .outputUnwritable(error)
        }
        stopReason?.apply(to: &end)
        return end
    }

    private func storeResult(of end: inout AttemptEnd) {
        guard end.outcome == .completed, let resultFile else { return }
        do { try resultFile.store(end.stdout) } catch {
            (end.outcome, end.error, end.mayRetry) = (.failed, error.line, error.mayPass)
        }
    }
}
