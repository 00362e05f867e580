/// How the rows of the screen are shared out. On a small screen the queue and the keys stay longest.
struct TopLayout {
    let hasCounts: Bool
    let hasCurves: Bool
    /// With their header; 0: none.
    let workerRows: Int
    /// Without the header.
    let queueRows: Int

    init(_ state: TopState) {
        let rows = state.size.rows - 2  // head and keys
        hasCounts = rows >= 3
        hasCurves = rows >= 14
        let left = rows - (hasCounts ? 1 : 0) - (hasCurves ? 2 : 0)
        workerRows = left < 5 ? 0 : min(state.snapshot.workers.count, left / 2 - 1) + 1
        queueRows = max(0, left - workerRows - 1)
    }
}

/// The screen of `koubouctl top`.
public enum TopView {
    /// As many lines as the screen has rows, none wider than it.
    public static func lines(_ state: TopState) -> [ScreenLine] {
        guard state.size.rows > 0, state.size.columns > 0 else { return [] }
        var lines =
            switch state.mode {
            case .list, .confirmCancel: list(state)
            case .help: help
            case .output(let pager): pager.screen(on: state.size)
            }
        let rows = state.size.rows
        if rows > 1 || isAsking(state) {
            lines = Array(lines.prefix(rows - 1))
            lines += Array(repeating: ScreenLine(""), count: rows - 1 - lines.count) + [footer(state)]
        }
        return lines.prefix(rows).map { line in
            // A bar has the width of the screen.
            let text =
                line.style == .selected ? line.text.cell(state.size.columns) : line.text.fitted(to: state.size.columns)
            return ScreenLine(state.isUTF8 ? text : ascii(text), line.style)
        }
    }

    private static func isAsking(_ state: TopState) -> Bool {
        if case .confirmCancel = state.mode { true } else { false }
    }

    /// What was cut off is shown by a tilde, anything else by question marks, so that columns stay where they are.
    private static func ascii(_ text: String) -> String {
        text.reduce(into: "") { text, character in
            text +=
                character.isASCII
                ? String(character)
                : String(repeating: character == "…" ? "~" : "?", count: String(character).displayWidth)
        }
    }

    private static func footer(_ state: TopState) -> ScreenLine {
        if case .confirmCancel(let task) = state.mode { return ScreenLine("cancel task \(task)? y/n", .title) }
        if let message = state.message { return ScreenLine(LogLine.printable(message), .title) }
        switch state.mode {
        case .output:
            return state.trouble.map { ScreenLine(LogLine.printable($0), .bad) } ?? ScreenLine(TextPager.keys, .faint)
        case .help: return ScreenLine("any key leads back", .faint)
        case .list, .confirmCancel:
            return ScreenLine("q quit  ? help  c cancel  r retry  p pause  +/- priority  o output  f filter", .faint)
        }
    }

    private static func list(_ state: TopState) -> [ScreenLine] {
        let layout = TopLayout(state)
        var lines = [head(state)]
        if layout.hasCounts { lines.append(counts(state)) }
        if layout.hasCurves {
            lines.append(curve("pending", state.history.pending, state))
            lines.append(curve("running", state.history.active, state))
        }
        if layout.workerRows > 0 { lines += TopTable.workers(state, rows: layout.workerRows - 1) }
        return lines + TopTable.queue(state, rows: layout.queueRows)
    }

    private static func head(_ state: TopState) -> ScreenLine {
        if let trouble = state.trouble { return ScreenLine(LogLine.printable(trouble), .bad) }
        let snapshot = state.snapshot
        let supervisor =
            snapshot.supervisor.map { "supervisor \($0.pid) for \(ElapsedText.text(snapshot.now - $0.startedAt))" }
            ?? "no supervisor runs"
        let busy = snapshot.workers.count { $0.task != nil }
        let rate = state.history.throughput.map { ", \(RateText.text(perSecond: $0))" } ?? ""
        return ScreenLine(
            "koubou \(state.home)  \(supervisor), workers \(snapshot.workers.count), busy \(busy)\(rate)",
            snapshot.supervisor == nil ? .bad : .title)
    }

    private static func counts(_ state: TopState) -> ScreenLine {
        let counts = TaskState.allCases.map { "\($0.rawValue) \(state.snapshot.counts[$0] ?? 0)" }
        let paused = state.snapshot.paused
        return ScreenLine(
            (paused.isEmpty ? "" : "paused: \(paused.joined(separator: ", "))  ") + counts.joined(separator: "  "))
    }

    /// Its name, the last samples at the right, and the last value.
    private static func curve(_ name: String, _ values: [Int], _ state: TopState) -> ScreenLine {
        let value = "\(values.last ?? 0)"
        let columns = state.size.columns - name.count - value.count - 2
        let curve = Sparkline.text(values, columns: columns, isUTF8: state.isUTF8)
        let space = String(repeating: " ", count: max(0, columns - curve.count))
        return ScreenLine("\(name) \(space)\(curve) \(value)", .active)
    }

    private static let help = """
        Keys
          up, down, k, j          select a task
          page up, page down      a screenful; beyond the end, the next page of the queue
          g, G                    the first, the last task
          Enter, o                read the output of the task; it is followed while the task runs
          c                       cancel the task (asks)
          r                       retry a failed, cancelled or held task
          + -                     priority of a waiting task
          p                       pause the type of the task, or end its pause
          P                       pause all types, or end every pause
          f                       show only tasks in one state: press again for the next
          q                       quit
        """.split(separator: "\n").enumerated().map { ScreenLine(String($1), $0 == 0 ? .title : .plain) }
}
