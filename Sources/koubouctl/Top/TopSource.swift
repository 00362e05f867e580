import Glibc
import KoubouCore

/// Looks at the queue and at `/proc` for `koubouctl top`.
final class TopSource {
    private let store: Store
    /// What the task of each worker had taken, and when that was seen.
    private var samples: [WorkerID: (task: TaskID, load: ProcessLoad, at: Duration, cpu: Int?)] = [:]

    private static let pageSize = 200
    /// Of one output, so much of its end is shown.
    private static let tailMax = 256 << 10

    init(_ store: Store) { self.store = store }

    func snapshot(filter: TaskState?, page: QueuePlace?) throws(StoreError) -> TopSnapshot {
        var snapshot = TopSnapshot()
        snapshot.now = Clock.now
        if let supervisor = try store.supervisor(), supervisor.process.isAlive {
            snapshot.supervisor = (supervisor.process.pid, supervisor.startedAt)
        }
        for (_, status, count) in try store.taskCounts() { snapshot.counts[status, default: 0] += count }
        snapshot.paused = try store.pauses().map(\.text)
        snapshot.workers = try workers()
        let places = try store.queue(filter, after: page, limit: Self.pageSize)
        for place in places { if let task = try store.summary(of: place.task) { snapshot.queue.append(TopTask(task)) } }
        if places.count == Self.pageSize { snapshot.nextPage = places.last }
        return snapshot
    }

    private func workers() throws(StoreError) -> [TopWorker] {
        let tree = ProcessTree(ProcessTable.all())
        var workers: [TopWorker] = []
        var present: Set<WorkerID> = []
        for worker in try store.workers() {
            present.insert(worker.id)
            var (task, cpu, memory): (TopTask?, Int?, Int?) = (nil, nil, nil)
            if let id = worker.task, let summary = try store.summary(of: id) {
                task = TopTask(summary)
                let load = tree.load(below: worker.process.pid)
                (cpu, memory) = (percent(load, of: id, on: worker.id), load.memory)
            }
            workers.append(TopWorker(id: worker.id, status: worker.status, task: task, cpu: cpu, memory: memory))
        }
        samples = samples.filter { present.contains($0.key) }
        return workers
    }

    /// Processor time since the last sample, which is at least most of a second old.
    private func percent(_ load: ProcessLoad, of task: TaskID, on worker: WorkerID) -> Int? {
        let now = MonotonicClock.now
        guard let last = samples[worker], last.task == task else {
            samples[worker] = (task, load, now, nil)
            return nil
        }
        guard now - last.at >= .milliseconds(900) else { return last.cpu }
        let share = (load.cpuTime - last.load.cpuTime).inSeconds / (now - last.at).inSeconds
        // The time of a process that ended without its parent waiting for it is gone from the sum.
        let cpu = Int(max(0, share) * 100)
        samples[worker] = (task, load, now, cpu)
        return cpu
    }

    /// The end of what `task` wrote, and its state; no state: there is no such task.
    func output(_ pager: TextPager) throws -> (lines: [String], status: TaskState?) {
        guard let status = try store.progress(of: pager.task)?.status else { return ([], nil) }
        let isStdout = pager.stream == .stdout
        if status != .inProgress, let output = try store.output(of: pager.task) {
            switch isStdout ? output.stdout : output.stderr {
            case .none: return ([], status)
            case .bytes(let bytes):
                return (TextTail.lines(bytes.suffix(Self.tailMax), isCut: bytes.count > Self.tailMax), status)
            case .file(let path): return (try tail(of: path), status)
            }
        }
        let home = store.home
        let path = isStdout ? home.stdoutFile(of: pager.task) : home.stderrFile(of: pager.task)
        // Its first output may be still to come.
        return (access(path, F_OK) == 0 ? try tail(of: path) : [], status)
    }

    private func tail(of path: String) throws -> [String] {
        let file = try FileDescriptor(opening: path, O_RDONLY)
        let end = lseek(file.number, 0, SEEK_END)
        let start = max(0, end - Self.tailMax)
        lseek(file.number, start, SEEK_SET)
        return TextTail.lines(try readAll(from: file.number, upTo: Self.tailMax)[...], isCut: start > 0)
    }
}
