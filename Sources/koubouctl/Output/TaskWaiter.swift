import Glibc
import KoubouCore

/// Waits until tasks have ended: woken by whoever ends one, and by a look twice a second where no signal can come.
final class TaskWaiter {
    enum Mode {
        case all, any
        /// All, and only whether they ended: 0 or 75.
        case quiet
    }

    private let ids: [TaskID]
    /// Those that are not known to have ended.
    private var remaining: Set<TaskID>
    /// `ids` from the first on that may remain.
    private var front: ArraySlice<TaskID>
    private var failed = 0
    private var firstEnd: TaskID?
    /// The last event that was heeded.
    private var seen: Int64
    /// The task whose end a signal tells.
    private var awaited: TaskID?
    private let mode: Mode
    private let limit: Duration?
    private let context: Context
    private let store: Store
    private let loop: EventLoop
    private var status: Int32?

    private static let pageSize = 1000

    /// - Parameter limit: nil: however long it takes.
    init(_ ids: [TaskID], mode: Mode, limit: Duration?, in context: Context) throws {
        (self.ids, self.mode, self.limit, self.context) = (ids, mode, limit, context)
        remaining = Set(ids)
        front = ids[...]
        store = try context.store
        loop = try EventLoop()
        seen = try store.lastEvent()
    }

    /// - Returns: the exit status of `koubouctl wait`.
    func run() throws -> Int32 {
        for id in ids where mode != .any || firstEnd == nil { try note(id) }
        try look()
        if let status { return status }
        awaited = lastRemaining
        try TaskListener(to: awaited, store: store, loop: loop).listen(
            onEvent: { [self] in
                try look()
                try turnToAnother()
            }, onInterrupt: { [self] in end($0) })
        if let limit { loop.after(limit) { [self] in end(ExitCode.temporaryFailure.rawValue) } }
        try look()  // what ended before anybody knew of us
        try turnToAnother()
        if mode != .quiet, status == nil { try context.warnIfNobodyWorks() }
        if status == nil { try runLoop() }
        try store.stopListening(ProcessIdentity.current)
        return status ?? ExitCode.software.rawValue
    }

    private func runLoop() throws {
        let total = Set(ids).count
        let bar = mode == .all ? ProgressBar(total: total) : nil
        bar?.run(on: loop) { [self] in (total - remaining.count, failed) }
        defer { bar?.clear() }
        try loop.run()
    }

    /// Notes what has ended since the last look: as much work as there were events, however many tasks are waited for.
    private func look() throws {
        guard status == nil else { return }
        let last = try store.lastEvent()
        while seen < last {
            let ends = try store.ends(in: seen + 1...last, limit: Self.pageSize)
            for end in ends { note(end.task, end.status) }
            seen = ends.count == Self.pageSize ? ends[ends.count - 1].seq : last
        }
        // A task that was pruned meanwhile has left no event.
        while let id = front.first {
            try note(id)
            if remaining.contains(id) { break }
            front.removeFirst()
        }
        if mode == .any, let firstEnd {
            guard let task = try store.end(of: firstEnd) else { return end(context.complain(ofDeleted: firstEnd)) }
            try store.sync()
            context.print("\(firstEnd)")
            end(TaskExitStatus.of(task))
        } else if remaining.isEmpty {
            try store.sync()
            end(try exitStatus())
        }
    }

    /// A signal for each of thousands would cost their workers a twentieth of their time: the end of the last one is told,
    /// and then of another that remains. Nil where any of several will do.
    private var lastRemaining: TaskID? {
        mode == .any && ids.count > 1 ? nil : ids.last(where: remaining.contains)
    }

    private func turnToAnother() throws {
        while status == nil, let next = lastRemaining, next != awaited {
            awaited = next
            try store.listen(ProcessIdentity.current, to: next)
            try look()  // it may have ended just before
        }
    }

    private func note(_ id: TaskID) throws {
        guard remaining.contains(id) else { return }
        if let status = try store.progress(of: id)?.status { note(id, status) } else { remaining.remove(id) }
    }

    private func note(_ id: TaskID, _ status: TaskState) {
        guard status.isEnded, remaining.remove(id) != nil else { return }
        if status == .failed { failed += 1 }
        firstEnd = firstEnd ?? id
    }

    private func exitStatus() throws -> Int32 {
        if mode == .quiet { return 0 }
        let ends = try ids.compactMap { id throws(StoreError) in try store.end(of: id) }
        if ids.count == 1 { return ends.first.map(TaskExitStatus.of) ?? context.complain(ofDeleted: ids[0]) }
        return ends.count == ids.count && ends.allSatisfy { $0.status == .completed } ? 0 : 1
    }

    private func end(_ status: Int32) {
        self.status = status
        loop.stop()
    }
}

/// Hears of ends of tasks, by signal, and by looking for a new version of the database twice a second.
struct TaskListener {
    private let task: TaskID?
    private let store: Store
    private let loop: EventLoop
    private let pause: Duration

    /// - Parameters:
    ///   - task: nil: any task.
    ///   - pause: how often it looks for what no signal tells.
    init(to task: TaskID?, store: Store, loop: EventLoop, pause: Duration = .milliseconds(500)) {
        (self.task, self.store, self.loop, self.pause) = (task, store, loop, pause)
    }

    /// Calls `onEvent` when something may have happened, and `onInterrupt` with an exit status on INT and TERM.
    func listen(onEvent: @escaping () throws -> Void, onInterrupt: @escaping (Int32) -> Void) throws {
        try loop.onSignal(SIGUSR1, onEvent)
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            try loop.onSignal(signal) { onInterrupt(SignalEnd.status(of: signal)) }
        }
        try store.listen(ProcessIdentity.current, to: task)
        lookLater(try store.dataVersion(), onEvent)
    }

    private func lookLater(_ seen: Int, _ onEvent: @escaping () throws -> Void) {
        loop.after(pause) {
            try store.refuseGone()
            let version = try store.dataVersion()
            if version != seen { try onEvent() }
            lookLater(version, onEvent)
        }
    }
}

extension Context {
    /// Says that `task` has ended, and was pruned before anybody could look how.
    /// - Returns: the exit status.
    func complain(ofDeleted task: TaskID) -> Int32 {
        complain("task \(task) was deleted meanwhile: how it ended is not known")
        return ExitCode.noInput.rawValue
    }

    /// Says so when a task would wait for ever.
    func warnIfNobodyWorks() throws {
        let paused = try store.pauses().map(\.text)
        if !paused.isEmpty { tell("paused: \(paused.joined(separator: ", ")); to go on: koubouctl resume") }
        if try store.supervisor()?.process.isAlive ?? false { return }
        if try store.workers().contains(where: { $0.process.isAlive }) { return }
        tell("no supervisor runs, so nothing happens yet: run koubouctl start")
    }
}
