/// Takes leave of workers that have ended: first what their attempts had launched elsewhere is reaped, then their tasks may
/// run again. Until then a worker keeps its slot, and its task is `in_progress`.
public final class Reaper {
    private struct Dead {
        let id: WorkerID
        let process: ProcessIdentity
        var end: AttemptEnd
        /// Nil where there is nothing to reap any more.
        var reap: Reap?
    }

    private enum Reap {
        case toLook
        case running(ReapRun)
    }

    private let store: Store
    private let queue: QueueMark
    private let loop: EventLoop
    private let log: Log
    /// Called when a reap is over: then `bury` should be.
    public var onReaped: () -> Void = {}
    private var dead: [Dead] = []

    public init(home: Home, store: Store, loop: EventLoop, log: Log) {
        (self.store, queue, self.loop, self.log) = (store, QueueMark(of: home), loop, log)
    }

    /// Slots that are not free yet.
    public var slots: [WorkerID] { dead.map(\.id) }
    /// True when all are buried.
    public var isDone: Bool { dead.isEmpty }

    public func knows(_ process: ProcessIdentity) -> Bool { dead.contains { $0.process == process } }

    /// Takes a worker that has ended, and all whose processes here are gone.
    ///
    /// - Parameter end: of its attempt, if it has left one.
    public func take(_ id: WorkerID, _ process: ProcessIdentity, _ end: AttemptEnd) {
        dead.append(Dead(id: id, process: process, end: end, reap: .toLook))
    }

    /// Buries those whose attempts are gone for sure, and begins to reap the others'.
    ///
    /// - Parameters:
    ///   - mayReap: false when there is no time for that: they wait for whoever comes next.
    ///   - tell: is called for each that was buried.
    public func bury(_ configuration: Configuration, mayReap: Bool, tell: (Store.Buried, WorkerID) -> Void)
        throws(StoreError)
    {
        for process in dead.map(\.process) {
            guard let index = dead.firstIndex(where: { $0.process == process }) else { continue }
            if case .toLook = dead[index].reap { try look(at: index, configuration, mayReap) }
            let one = dead[index]
            guard one.reap == nil else { continue }
            tell(
                try store.bury(one.id, process, one.end, policy: configuration.retryPolicy(of:), at: Clock.now), one.id)
            dead.remove(at: index)
        }
    }

    private func look(at index: Int, _ configuration: Configuration, _ mayReap: Bool) throws(StoreError) {
        let process = dead[index].process
        let left = try store.attempt(of: dead[index].id)
        // What neither descent nor environment tells to be the task's.
        if let left { DelegatedCgroup.ofThisProcess?.remove(DelegatedCgroup.name(of: left.attempt.task)) }
        guard let (type, attempt) = left,
            let run = ReapRun(
                of: attempt, configuration.types[type]?.launch, in: queue, over: Environment.wordsToPassOn, loop: loop,
                log: log, onEnd: { [self] trouble in settle(process, trouble) })
        else {
            dead[index].reap = nil
            return
        }
        guard mayReap else { return }
        dead[index].reap = .running(run)
        run.start()
    }

    private func settle(_ process: ProcessIdentity, _ trouble: String?) {
        guard let index = dead.firstIndex(where: { $0.process == process }) else { return }
        dead[index].reap = nil
        if let trouble { dead[index].end.noteUnreaped(trouble) }
        onReaped()
    }

    private func run(with pid: Int32) -> ReapRun? {
        for one in dead { if case .running(let run) = one.reap, run.owns(pid) { return run } }
        return nil
    }

    /// True for a process of ours that is not reaped yet.
    public func owns(_ pid: Int32) -> Bool { run(with: pid) != nil }

    /// Takes leave of a process of ours that has ended.
    public func reap(_ pid: Int32) { run(with: pid)?.reap() }

    /// Leaves what is not buried to whoever comes next, who will see which workers had to leave.
    public func stop() {
        for one in dead {
            if case .running(let run) = one.reap { run.stop() }
            if one.end.outcome == .requeued { try? store.letGo(one.id, one.process) }
        }
    }
}
