extension TopState {
    /// Takes a key.
    /// - Returns: what is to be done beyond the screen.
    public mutating func handle(_ key: Key) -> TopAction? {
        message = nil
        switch mode {
        case .list: return handleInList(key)
        case .help:
            mode = .list
            return nil
        case .confirmCancel(let task):
            mode = .list
            return key == .character("y") || key == .character("Y") ? .cancel(task) : nil
        case .output(var pager):
            let stream = pager.stream
            mode = pager.handle(key, on: size) ? .output(pager) : .list
            return pager.stream == stream ? nil : .read
        }
    }

    private mutating func handleInList(_ key: Key) -> TopAction? {
        let page = max(1, TopLayout(self).queueRows - 1)
        switch key {
        case .up, .character("k"): return move(by: -1) ? .read : nil
        case .down, .character("j"): return move(by: 1) ? .read : nil
        case .pageUp: return move(by: -page) ? .read : nil
        case .pageDown, .character(" "): return move(by: page) ? .read : nil
        case .home, .character("g"):
            let isFirst = pages.count == 1
            pages = [nil]
            isSelectionHeld = false
            select(0)
            return isFirst ? nil : .read
        case .end, .character("G"):
            isSelectionHeld = true
            select(tasks.count - 1)
            return nil
        case .character("f"):
            filter = Self.filter(after: filter)
            pages = [nil]
            return .read
        case .character("?"), .character("h"):
            mode = .help
            return nil
        case .character("P"): return .togglePause(type: nil)
        case .character("q"): return .quit
        case .enter, .character("o"), .character("c"), .character("r"), .character("p"), .character("+"),
            .character("="), .character("-"):
            return handleForTask(key)
        case .left, .right, .escape, .tab, .character, .other: return nil
        }
    }

    private mutating func handleForTask(_ key: Key) -> TopAction? {
        guard let task = selectedTask else {
            message = "no task is selected"
            return nil
        }
        isSelectionHeld = true
        switch key {
        case .character("c"):
            if task.status.isEnded { message = "task \(task.id) has ended" } else { mode = .confirmCancel(task.id) }
            return nil
        case .character("r"): return .retry(task.id)
        case .character("p"): return .togglePause(type: task.type)
        case .character("+"), .character("="): return changePriority(of: task, by: 1)
        case .character("-"): return changePriority(of: task, by: -1)
        default:
            mode = .output(TextPager(of: task.id))
            return .read
        }
    }

    private mutating func changePriority(of task: TopTask, by step: Int) -> TopAction? {
        guard let priority = Priority(task.priority + step) else {
            message = "\(task.priority) is the \(step > 0 ? "highest" : "lowest") priority"
            return nil
        }
        return .setPriority(task.id, priority)
    }

    /// All, then one state after another.
    private static func filter(after filter: TaskState?) -> TaskState? {
        let states = TaskState.allCases.filter { $0 != .inProgress }
        guard let filter, let index = states.firstIndex(of: filter) else { return states.first }
        return index + 1 < states.count ? states[index + 1] : nil
    }
}
