@testable import KoubouCore

extension TopTask {
    static func test(_ id: Int64, _ status: TaskState = .pending, priority: Int = 5, title: String = "") -> TopTask {
        TopTask(
            id: TaskID(id), type: id % 2 == 0 ? "exec" : "shell", status: status, priority: priority, since: .test(0),
            title: title.isEmpty ? "title \(id)" : title)
    }
}

extension TopState {
    /// A state that shows `queue`, and a busy worker for each of `running`, 90 seconds later.
    static func test(
        running: [TopTask] = [], queue: [TopTask] = [], columns: Int = 80, rows: Int = 24, isUTF8: Bool = true,
        _ change: (inout TopSnapshot) -> Void = { _ in }
    ) -> TopState {
        var state = TopState(home: "/home/u/.koubou", isUTF8: isUTF8, size: TerminalSize(columns: columns, rows: rows))
        state.take(.test(running: running, queue: queue, change), at: .seconds(1))
        return state
    }

    /// The texts of the screen, without spaces at their ends.
    var screen: [String] {
        TopView.lines(self).map { line in
            var text = line.text
            while text.last == " " { text.removeLast() }
            return text
        }
    }

    mutating func type(_ keys: Key...) -> [TopAction] { keys.compactMap { handle($0) } }
}

extension TopSnapshot {
    static func test(
        running: [TopTask] = [], queue: [TopTask] = [], _ change: (inout TopSnapshot) -> Void = { _ in }
    ) -> TopSnapshot {
        var snapshot = TopSnapshot()
        snapshot.now = .test(90)
        snapshot.supervisor = (4711, .test(-7200))
        snapshot.workers = running.enumerated().map { index, task in
            TopWorker(id: WorkerID(slot: index + 1), status: .busy, task: task, cpu: 98, memory: 12 << 20)
        }
        snapshot.queue = queue
        for task in queue { snapshot.counts[task.status, default: 0] += 1 }
        snapshot.counts[.inProgress] = running.count
        change(&snapshot)
        return snapshot
    }
}
