import KoubouCore

/// The table of `koubouctl list`, in widths that fit what tasks usually hold, so that it can be printed page by page.
struct TaskTable {
    private let now: Timestamp
    private let width: Int?
    private var hasHeader = false

    private static let widths = [6, 8, 11, 4, 8, 0]
    private static let rightAligned: Set<Int> = [0, 3]

    /// - Parameter isForEyes: on a terminal lines are cut to its width.
    init(now: Timestamp, isForEyes: Bool) {
        self.now = now
        width = isForEyes ? Terminal.size.columns : nil
    }

    mutating func lines(_ tasks: [TaskSummary]) -> [String] {
        var lines: [String] = []
        if !hasHeader { lines.append(line(["ID", "TYPE", "STATUS", "PRIO", "AGE", "TITLE"])) }
        hasHeader = true
        return lines
            + tasks.map { task in
                let line = line([
                    "\(task.id)", task.type, task.status.rawValue, "\(task.priority)", age(task),
                    LogLine.printable(task.title),
                ])
                return Terminal.styled(line, colour(task.status))
            }
    }

    private func line(_ cells: [String]) -> String {
        let line = Table.line(cells, widths: Self.widths, rightAligned: Self.rightAligned)
        return width.map { String(line.prefix($0)) } ?? line
    }

    /// Since when the task is as it is: waiting, running, or ended.
    private func age(_ task: TaskSummary) -> String {
        let since = task.endedAt ?? (task.status == .inProgress ? task.startedAt : nil) ?? task.createdAt
        let seconds = Int((now - since).components.seconds)
        switch max(seconds, 0) {
        case ..<60: return "\(max(seconds, 0))s"
        case ..<3600: return "\(seconds / 60)m"
        case ..<86_400: return "\(seconds / 3600)h"
        default: return "\(seconds / 86_400)d"
        }
    }

    private func colour(_ status: TaskState) -> Int {
        switch status {
        case .completed: 32
        case .failed: 31
        case .inProgress: 36
        case .cancelled: 90
        case .blocked, .scheduled, .pending: 39
        }
    }
}
