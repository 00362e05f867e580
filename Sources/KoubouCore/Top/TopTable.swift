/// The tables of `koubouctl top`.
enum TopTable {
    /// The header and at most `rows` workers; the selected task is among them if one of them runs it.
    static func workers(_ state: TopState, rows: Int) -> [ScreenLine] {
        let workers = state.snapshot.workers
        let selected = workers.firstIndex { $0.task != nil && $0.task?.id == state.selected }
        let header = row(["WORKER", "STATUS", "CPU%", "MEM", "TIME", "TASK", "TYPE", "TITLE"], workerColumns)
        return [ScreenLine(header, .title)]
            + window(workers, around: selected, rows: rows).map { worker in
                let task = worker.task
                let text = row(
                    [
                        "\(worker.id)", worker.status.rawValue, worker.cpu.map { "\($0)" } ?? "",
                        worker.memory.map(SizeText.short) ?? "",
                        task.map { ElapsedText.text(state.snapshot.now - $0.since) } ?? "",
                        task.map { "\($0.id)" } ?? "", task?.type ?? "", task?.title ?? "",
                    ], workerColumns)
                let isSelected = task != nil && task?.id == state.selected
                return ScreenLine(text, isSelected ? .selected : task == nil ? .faint : .plain)
            }
    }

    /// The header and at most `rows` tasks, the selected one among them.
    static func queue(_ state: TopState, rows: Int) -> [ScreenLine] {
        let tasks = state.snapshot.queue
        let selected = tasks.firstIndex { $0.id == state.selected }
        let parts = [state.filter?.rawValue, state.pages.count > 1 ? "page \(state.pages.count)" : nil].compactMap {
            $0
        }
        let place = parts.isEmpty ? "" : " (" + parts.joined(separator: ", ") + ")"
        let header = row(["TASK", "TYPE", "STATUS", "PRIO", "AGE", "TITLE\(place)"], queueColumns)
        return [ScreenLine(header, .title)]
            + window(tasks, around: selected, rows: rows).map { task in
                let text = row(
                    [
                        "\(task.id)", task.type, task.status.rawValue, "\(task.priority)",
                        ElapsedText.short(state.snapshot.now - task.since), task.title,
                    ], queueColumns)
                return ScreenLine(text, task.id == state.selected ? .selected : style(task.status))
            }
    }

    /// Widths, negative where the column is right-aligned; the last one has no end.
    private static let workerColumns = [10, 8, -4, -4, -6, -8, 8]
    private static let queueColumns = [-8, 8, 11, -4, -6]

    private static func row(_ cells: [String], _ columns: [Int]) -> String {
        zip(cells, columns).map { $0.cell(abs($1), isRightAligned: $1 < 0) + "  " }.joined()
            + (cells.last ?? "")
    }

    /// The part of a list that is on the screen: its beginning, or with the selected one in the middle.
    private static func window<Item>(_ items: [Item], around selected: Int?, rows: Int) -> ArraySlice<Item> {
        let first = min(max(0, (selected ?? 0) - rows / 2), max(0, items.count - rows))
        return items[first..<min(items.count, first + max(rows, 0))]
    }

    private static func style(_ status: TaskState) -> ScreenLine.Style {
        switch status {
        case .completed: .good
        case .failed: .bad
        case .inProgress: .active
        case .cancelled: .faint
        case .blocked, .scheduled, .pending: .plain
        }
    }
}
