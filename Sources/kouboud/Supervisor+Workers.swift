import Glibc
import KoubouCore

/// Starting workers, and taking leave of them.
extension Supervisor {
    func start(_ count: Int, in snapshot: PoolSnapshot) {
        guard startBackoff.wait(at: MonotonicClock.now) == nil else { return }
        // While workers die at once, one at a time is enough to see whether that is over.
        let ids = freeSlots(isCrashLooping ? 1 : count)
        var started = 0
        for id in ids {
            let begun = MonotonicClock.now
            do {
                try startWorker(id)
                started += 1
            } catch {
                noteFailedStart("cannot start \(id): \(error.line)", begun: begun)
                break
            }
        }
        forgetSurvey()
        if started > 0, !isCrashLooping {
            log.info(
                "pool grows",
                ["started": started, "active": activeChildren, "pending": snapshot.pending])
            record(.start, from: snapshot.active, because: configuration.pool.reasonToGrow(snapshot))
        }
    }

    /// True when that workers die at once is no accident any more.
    var isCrashLooping: Bool { startBackoff.failures >= 3 }

    /// Waits longer before the next start; says why once, not at every try.
    private func noteFailedStart(_ reason: String, begun: Duration) {
        guard startBackoff.noteFailure(begun: begun, at: MonotonicClock.now) else { return }
        let text = "workers die as soon as they start: \(reason)"
        if isCrashLooping {
            try? tell(text)
        } else {
            log.warn(reason)
        }
    }

    private func startWorker(_ id: WorkerID) throws(SpawnError) {
        let environment = Environment.merge(Environment.wordsToPassOn, [Array("WORKER_ID=\(id)".utf8)])
        let words = [worker.path, "--supervised", "--home", home.path]
        var plan = SpawnPlan(arguments: words.map { Array($0.utf8) }, environment: environment)
        plan.program = Array(worker.location.utf8)
        // Blocked from its first instruction on: a signal that comes early waits instead of killing it.
        plan.blockedSignals = [SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGHUP]
        // What it says before it has a log, or when it crashes, is found in its log all the same.
        let errors = Log.open(home.workerLog(id))
        if errors >= 0 { plan.descriptors[2] = errors }
        defer { if errors >= 0 { close(errors) } }
        let handover: FileDescriptor
        do {
            handover = try makeMemoryFile(named: "configuration", holding: Array(configuration.text.utf8))
        } catch { throw .system(error) }
        plan.descriptors[Configuration.handoverDescriptor] = handover.number
        let pid = try spawn(plan)
        let process = ProcessIdentity(ofChild: pid) ?? ProcessIdentity(pid: pid, start: "")
        children[pid] = Child(id: id, process: process, startedAt: MonotonicClock.now, generation: generation)
        // The worker enters itself too; whoever comes first makes the row.
        _ = try? store.register(slot: id, process: process, status: .starting, at: Clock.now)
    }

    /// The lowest slots that nobody has.
    private func freeSlots(_ count: Int) -> [WorkerID] {
        let taken = Set(
            children.values.map(\.id.slot) + reaper.slots.map(\.slot)
                + ((try? store.workers()) ?? []).map(\.id.slot))
        return (1...(taken.count + count)).filter { !taken.contains($0) }.prefix(count).map(WorkerID.init(slot:))
    }

    /// Takes leave of every child that has ended: first what is left of its task dies, then its task is requeued.
    func reap() {
        while let pid = endedChild() {
            if notifier.owns(pid) {
                notifier.reap(pid, configuration)
                continue
            }
            if reaper.owns(pid) {
                reaper.reap(pid)
                continue
            }
            guard let child = children[pid] else {
                _ = ProcessEnd(reaping: pid)  // left by a worker that was killed
                continue
            }
            // A dead worker's task processes are our children now, and nobody else's are: workers are subreapers.
            killStragglers { children[$0] != nil || notifier.owns($0) || reaper.owns($0) }
            guard let end = ProcessEnd(reaping: pid) else { continue }
            children[pid] = nil
            let how = end.cause.text
            // One that was told to leave, and could not record the end of its task, is not the task's fault.
            let outcome: AttemptOutcome = phase == .stopping || child.isDraining ? .requeued : .lost
            let error = "its worker \(child.id) (pid \(pid)) \(how)"
            reaper.take(child.id, child.process, AttemptEnd(outcome, error: error))
            noteEnd(of: child, how, isClean: end.cause == .exited(0))
        }
        do { try buryDead() } catch { log.error("cannot record the end of a worker", ["error": error.line]) }
        leaveWhenEmpty()
        if phase == .running { tick() }
    }

    private func noteEnd(of child: Child, _ how: String, isClean: Bool) {
        if isClean {
            log.info("worker left", ["worker": child.id, "pid": child.process.pid])
        } else if hasBeenReady(child) {
            log.warn("worker died", ["worker": child.id, "pid": child.process.pid, "end": how])
        } else {
            noteFailedStart("\(child.id) \(how): \(lastWords(of: child.id))", begun: child.startedAt)
        }
    }

    /// True when the worker has ever looked for a task: it did not die of its own start.
    private func hasBeenReady(_ child: Child) -> Bool {
        guard let workers = try? store.workers(), let row = workers.first(where: { $0.process == child.process })
        else { return false }
        return row.status != .starting
    }

    private func lastWords(of worker: WorkerID) -> String {
        let bytes = (try? readFile(home.workerLog(worker))) ?? []
        return bytes.suffix(2000).split(separator: 0x0a).last.map { String(decoding: $0, as: UTF8.self) }
            ?? "it said nothing"
    }

    func buryDead() throws(StoreError) {
        try reaper.bury(configuration, mayReap: phase != .stopping) { buried, worker in tell(of: buried, worker) }
    }

    /// Workers of an earlier supervisor, or started by hand, that have died.
    func buryForeign(_ workers: [WorkerRecord]) {
        let own = Set(children.values.map(\.process))
        let gone = workers.filter { !own.contains($0.process) && !reaper.knows($0.process) && !$0.process.isAlive }
        guard !gone.isEmpty else { return }
        do {
            for worker in gone { reaper.take(worker.id, worker.process, try store.killLeftovers(of: worker)) }
            try buryDead()
        } catch { log.error("cannot record the end of a worker", ["error": error.line]) }
    }

    private func tell(of buried: Store.Buried, _ worker: WorkerID) {
        for task in buried.recovered {
            log.warn("task lost its worker", ["task": task.task, "worker": worker, "status": task.status.rawValue])
        }
        for process in buried.toWake { process.send(SIGUSR1) }
        forgetSurvey()
    }

    /// A worker that is stopped does no work and must not keep its task, nor a lock.
    ///
    /// - Parameter others: such as are no children of ours and were in no look yet.
    func killStopped(and others: [WorkerRecord] = []) {
        let own = children.values.map { (id: $0.id, process: $0.process) } + others.map { ($0.id, $0.process) }
        kill(watch.stopped(for: configuration.heartbeatTimeout, own, at: MonotonicClock.now), because: "stopped")
    }

    /// Nor does one that says nothing. Judged right after a fresh look.
    func killSilent() {
        kill(watch.silent(for: configuration.heartbeatTimeout, at: MonotonicClock.now), because: "no heartbeat")
    }

    private func kill(_ workers: [PoolWatch.Name], because reason: String) {
        for worker in workers {
            log.warn("worker hangs", ["worker": worker.id, "pid": worker.process.pid, "reason": reason])
            worker.process.send(SIGKILL)
        }
    }
}
