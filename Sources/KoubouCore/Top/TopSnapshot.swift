/// A task as a row of `koubouctl top` shows it.
public struct TopTask: Equatable, Sendable {
    public let id: TaskID
    public let type: String
    public let status: TaskState
    public let priority: Int
    /// When it came into its state: was handed in, started, or ended.
    public let since: Timestamp
    /// Nothing in it steers a terminal.
    public let title: String

    /// - Parameter progress: per cent, where it has told how far it is; stands before the title.
    init(
        id: TaskID, type: String, status: TaskState, priority: Int, since: Timestamp, title: String,
        progress: Int? = nil
    ) {
        (self.id, self.type, self.status, self.priority, self.since) = (id, type, status, priority, since)
        self.title = (progress.map { "\($0)% " } ?? "") + LogLine.printable(title)
    }

    public init(_ task: TaskSummary) {
        self.init(
            id: task.id, type: task.type, status: task.status, priority: task.priority,
            since: task.endedAt ?? (task.status == .inProgress ? task.startedAt : nil) ?? task.createdAt,
            title: task.title, progress: task.progress)
    }
}

/// A worker, what it runs, and what that takes.
public struct TopWorker: Equatable, Sendable {
    public let id: WorkerID
    public let status: WorkerStatus
    public let task: TopTask?
    /// Per cent of one processor; nil before the second sample.
    public let cpu: Int?
    /// Bytes.
    public let memory: Int?

    public init(id: WorkerID, status: WorkerStatus, task: TopTask?, cpu: Int?, memory: Int?) {
        (self.id, self.status, self.task, self.cpu, self.memory) = (id, status, task, cpu, memory)
    }
}

/// All that `koubouctl top` shows of one moment.
public struct TopSnapshot: Sendable {
    public var now = Timestamp(millisecondsSince1970: 0)
    /// Nil: none runs.
    public var supervisor: (pid: Int32, startedAt: Timestamp)?
    public var counts: [TaskState: Int] = [:]
    /// Types that are paused; "all types" for all.
    public var paused: [String] = []
    public var workers: [TopWorker] = []
    /// A page of the queue: what waits in the order in which it will run, then what ended last.
    public var queue: [TopTask] = []
    /// Where the next page begins; nil: this is the last one.
    public var nextPage: QueuePlace?

    public init() {}
}
