/// What `koubouctl top` does for a key, beyond what changes on the screen.
public enum TopAction: Equatable, Sendable {
    case quit
    case cancel(TaskID)
    case retry(TaskID)
    case setPriority(TaskID, Priority)
    /// Of a type, or of every one: pauses, or ends the pause.
    case togglePause(type: String?)
    /// The queue has to be read again: another page or filter, or the output of a task.
    case read
}

/// All that decides how the screen of `koubouctl top` looks. Pure: it knows no terminal and no database.
public struct TopState: Sendable {
    public enum Mode: Equatable, Sendable {
        case list
        case help
        case confirmCancel(TaskID)
        case output(TextPager)
    }

    public let home: String
    public let isUTF8: Bool
    public var size: TerminalSize
    public private(set) var snapshot = TopSnapshot()
    public private(set) var history = QueueHistory()
    public internal(set) var mode = Mode.list
    /// What happened last, or what is wrong with a key that was pressed; until the next key.
    public var message: String?
    /// Why the snapshot is old; nil: it isn't.
    public var trouble: String?
    /// Only queued tasks in this state; nil: all.
    public internal(set) var filter: TaskState?
    /// After which places the pages begin, up to the one that is shown.
    var pages: [QueuePlace?] = [nil]
    private(set) var selected: TaskID?
    /// Somebody wants this very task: the selection goes with it, and not with the row, when the queue moves on.
    var isSelectionHeld = false
    /// Where the selection is among `tasks`: it stays there when its task leaves.
    private var row = 0

    public init(home: String, isUTF8: Bool, size: TerminalSize) {
        (self.home, self.isUTF8, self.size) = (LogLine.printable(home), isUTF8, size)
    }

    /// The place after which the shown page of the queue begins.
    public var page: QueuePlace? { pages.last ?? nil }

    /// The tasks on the screen that can be selected, from above: those that run, then the queue.
    var tasks: [TopTask] { snapshot.workers.compactMap(\.task) + snapshot.queue }
    var selectedTask: TopTask? { tasks.first { $0.id == selected } }

    /// - Parameter now: on a clock that nobody sets.
    public mutating func take(_ snapshot: TopSnapshot, at now: Duration) {
        self.snapshot = snapshot
        trouble = nil
        history.add(snapshot.counts, at: now)
        if isSelectionHeld, let index = tasks.firstIndex(where: { $0.id == selected }) {
            row = index
        } else {
            select(row)
        }
    }

    /// Takes the output that is being read as it is now.
    public mutating func take(_ lines: [String], status: TaskState?) {
        guard case .output(var pager) = mode else { return }
        pager.take(lines, status: status)
        mode = .output(pager)
    }

    mutating func select(_ index: Int) {
        row = min(max(index, 0), max(0, tasks.count - 1))
        selected = row < tasks.count ? tasks[row].id : nil
    }

    /// Moves the selection, over the end of a page to the next one.
    /// - Returns: true when another page has to be read.
    mutating func move(by count: Int) -> Bool {
        isSelectionHeld = true
        let target = row + count
        if target >= tasks.count, row == tasks.count - 1, let next = snapshot.nextPage {
            pages.append(next)
            // Of the new page, the first task.
            (selected, row) = (nil, snapshot.workers.count { $0.task != nil })
            return true
        }
        let running = tasks.count - snapshot.queue.count
        if target < running, row == running || running == tasks.count, pages.count > 1 {
            pages.removeLast()
            (selected, row) = (nil, Int(Int32.max))  // its last task
            return true
        }
        select(target)
        return false
    }
}
