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
    private var remaining: ArraySlice<TaskID>
    private let mode: Mode
    private let limit: Duration?
    private let context: Context
    private let store: Store
    private let loop: EventLoop
    private var status: Int32?

    /// - Parameter limit: nil: however long it takes.
    init(_ ids: [TaskID], mode: Mode, limit: Duration?, in context: Context) throws {
        (self.ids, self.mode, self.limit, self.context) = (ids, mode, limit, context)
        remaining = ids[...]
        store = try context.store
        loop = try EventLoop()
    }

    /// - Returns: the exit status of `koubouctl wait`.
    func run() throws -> Int32 {
        try look()
        if let status { return status }
        try TaskListener(to: ids.count == 1 ? ids[0] : nil, store: store, loop: loop).listen(
            onEvent: { [self] in try look() }, onInterrupt: { [self] in end($0) })
        if let limit { loop.after(limit) { [self] in end(ExitCode.temporaryFailure.rawValue) } }
        try look()  // what ended before anybody knew of us
        if mode != .quiet, status == nil { try context.warnIfNobodyWorks() }
        if status == nil { try loop.run() }
        try store.stopListening(ProcessIdentity.current)
        return status ?? ExitCode.software.rawValue
    }

    private func look() throws {
        guard status == nil else { return }
        if mode == .any {
            for id in ids {
                guard let task = try store.end(of: id), task.status.isEnded else { continue }
                try store.sync()
                context.print("\(id)")
                return end(TaskExitStatus.of(task))
            }
            return
        }
        while let id = remaining.first {
            guard try store.end(of: id)?.status.isEnded ?? true else { return }
            remaining.removeFirst()
        }
        try store.sync()
        end(try exitStatus())
    }

    private func exitStatus() throws -> Int32 {
        if mode == .quiet { return 0 }
        let ends = try ids.compactMap { id throws(StoreError) in try store.end(of: id) }
        if ids.count == 1, let end = ends.first { return TaskExitStatus.of(end) }
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

    /// - Parameter task: nil: any task.
    init(to task: TaskID?, store: Store, loop: EventLoop) {
        (self.task, self.store, self.loop) = (task, store, loop)
    }

    /// Calls `onEvent` when something may have happened, and `onInterrupt` with an exit status on INT and TERM.
    func listen(onEvent: @escaping () throws -> Void, onInterrupt: @escaping (Int32) -> Void) throws {
        try loop.onSignal(SIGUSR1, onEvent)
        for signal in [SIGINT, SIGTERM, SIGHUP] { try loop.onSignal(signal) { onInterrupt(128 + signal) } }
        try store.listen(ProcessIdentity.current, to: task)
        lookLater(try store.dataVersion(), onEvent)
    }

    private func lookLater(_ seen: Int, _ onEvent: @escaping () throws -> Void) {
        loop.after(.milliseconds(500)) {
            try store.refuseGone()
            let version = try store.dataVersion()
            if version != seen { try onEvent() }
            lookLater(version, onEvent)
        }
    }
}

extension Context {
    /// Says so when a task would wait for ever.
    func warnIfNobodyWorks() throws {
        let paused = try store.pauses().map(\.text)
        if !paused.isEmpty { tell("paused: \(paused.joined(separator: ", ")); to go on: koubouctl resume") }
        if try store.supervisor()?.process.isAlive ?? false { return }
        if try store.workers().contains(where: { $0.process.isAlive }) { return }
        tell("no supervisor runs, so nothing happens yet: run koubouctl start")
    }
}
