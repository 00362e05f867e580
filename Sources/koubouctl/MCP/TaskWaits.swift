import KoubouCore

/// A call that is answered when tasks have ended, or when its time is up.
final class TaskWait {
    let reply: Reply
    let ids: [TaskID]
    fileprivate(set) var remaining: Set<TaskID>
    fileprivate let needsAll: Bool
    fileprivate let answer: (TaskWait) throws -> MCPResult
    fileprivate var timer: EventLoop.TimerID?
    private var told = 0

    /// - Parameter answer: what is said in the end, whatever has ended by then.
    init(_ reply: Reply, for ids: [TaskID], needsAll: Bool = true, answer: @escaping (TaskWait) throws -> MCPResult) {
        (self.reply, self.ids, self.needsAll, self.answer) = (reply, ids, needsAll, answer)
        remaining = Set(ids)
    }

    var isDone: Bool { remaining.isEmpty || !needsAll && remaining.count < ids.count }

    fileprivate func tellProgress() {
        let count = ids.count - remaining.count
        guard count > told else { return }
        told = count
        reply.progress(count, of: ids.count, "\(count) of \(ids.count) tasks have ended")
    }
}

/// All calls that wait. None holds up another.
final class TaskWaits {
    private let loop: EventLoop
    private var waits: [ObjectIdentifier: TaskWait] = [:]
    private var waiting: [TaskID: [TaskWait]] = [:]
    /// The last event that was heeded.
    private var seen: Int64 = 0

    private static let limit = 1000
    private static let pageSize = 1000

    init(on loop: EventLoop) { self.loop = loop }

    var isEmpty: Bool { waits.isEmpty }

    /// - Parameter limit: nil: however long it takes.
    func add(_ wait: TaskWait, atMost limit: Duration?, in store: Store) throws {
        if waits.isEmpty { seen = try store.lastEvent() }
        for id in wait.ids where try store.progress(of: id)?.status.isEnded ?? true { wait.remaining.remove(id) }
        if wait.isDone || limit == .zero { return finish(wait) }
        guard waits.count < Self.limit else {
            throw ToolMistake("\(Self.limit) calls wait already", "wait for more tasks in one call")
        }
        waits[ObjectIdentifier(wait)] = wait
        for id in wait.remaining { waiting[id, default: []].append(wait) }
        wait.timer = limit.map { loop.after($0) { [self] in finish(wait) } }
        wait.tellProgress()
    }

    /// Notes what has ended since the last look: as much work as there were events, however many tasks are waited for.
    func look(_ store: Store) throws {
        guard !waits.isEmpty else { return }
        var touched: [ObjectIdentifier: TaskWait] = [:]
        func note(_ id: TaskID) {
            for wait in waiting.removeValue(forKey: id) ?? [] {
                wait.remaining.remove(id)
                touched[ObjectIdentifier(wait)] = wait
            }
        }
        let last = try store.lastEvent()
        while seen < last {
            let ends = try store.ends(in: seen + 1...last, limit: Self.pageSize)
            ends.forEach { note($0.task) }
            seen = ends.count == Self.pageSize ? ends[ends.count - 1].seq : last
        }
        // A task that was pruned meanwhile has left no event.
        for wait in waits.values {
            if let id = wait.remaining.first, try store.progress(of: id) == nil { note(id) }
        }
        guard !touched.isEmpty else { return }
        try store.sync()  // who tells, syncs
        for wait in touched.values {
            wait.tellProgress()
            if wait.isDone { finish(wait) }
        }
    }

    /// The client has cancelled the call; the tasks go on.
    func cancel(_ reply: Reply) {
        for wait in waits.values where wait.reply === reply { remove(wait) }
        reply.abandon()
    }

    /// Answers all with what there is so far.
    func finishAll() { for wait in waits.values { finish(wait) } }

    func fail(_ error: any Error) {
        for wait in waits.values {
            remove(wait)
            wait.reply.fail(error)
        }
    }

    private func finish(_ wait: TaskWait) {
        remove(wait)
        do { wait.reply.answer(try wait.answer(wait)) } catch { wait.reply.fail(error) }
    }

    private func remove(_ wait: TaskWait) {
        loop.cancel(wait.timer)
        waits.removeValue(forKey: ObjectIdentifier(wait))
        for id in wait.remaining {
            waiting[id]?.removeAll { $0 === wait }
            if waiting[id]?.isEmpty ?? false { waiting.removeValue(forKey: id) }
        }
    }
}
