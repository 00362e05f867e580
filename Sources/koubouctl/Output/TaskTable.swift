import KoubouCore

/// The table of `koubouctl list`.
struct TaskTable {
    private let now: Timestamp
    private let columns: Int?
    private var table = Table(
        ["ID", "TYPE", "STATUS", "PRIO", "AGE", "TITLE"], rightAligned: [0, 3, 4], flexible: 5)

    /// - Parameter columns: how long a line may be; nil: as long as it is.
    init(now: Timestamp, columns: Int?) { (self.now, self.columns) = (now, columns) }

    /// The lines of `tasks`, below the header the first time.
    mutating func lines(_ tasks: [TaskSummary]) -> [String] {
        for task in tasks {
            table.add(
                [
                    "\(task.id)", task.type, status(task), "\(task.priority)", age(task),
                    LogLine.printable(task.title),
                ], styles: [2: task.status.style])
        }
        return table.takeLines(within: columns, styled: Terminal.styled)
    }

    /// `in_progress 40%` where the task has told how far it is.
    private func status(_ task: TaskSummary) -> String {
        task.status.rawValue + (task.progress.map { " \($0)%" } ?? "")
    }

    /// Since when the task is as it is: waiting, running, or ended; or when it is due.
    private func age(_ task: TaskSummary) -> String {
        if task.status == .scheduled, let due = task.runAt { return "in " + ElapsedText.short(due - now) }
        let since = task.endedAt ?? (task.status == .inProgress ? task.startedAt : nil) ?? task.createdAt
        return ElapsedText.short(now - since)
    }
}

extension TaskState {
    /// The SGR number of the colour that it is shown in.
    var style: Int {
        switch self {
        case .completed: 32
        case .failed: 31
        case .inProgress: 36
        case .cancelled: 90
        case .scheduled, .blocked: 33
        case .pending: 39
        }
    }
}
