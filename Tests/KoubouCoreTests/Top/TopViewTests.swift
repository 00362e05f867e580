import Testing

@testable import KoubouCore

@Suite struct TopViewTests {
    @Test func theWholeScreen() {
        var state = TopState.test(
            running: [.test(42, .inProgress, title: "make test")],
            queue: [.test(44, priority: 9), .test(43), .test(41, .failed, title: "漢字の課題"), .test(40, .completed)],
            rows: 18
        ) { $0.workers.append(TopWorker(id: WorkerID(slot: 2), status: .idle, task: nil, cpu: nil, memory: nil)) }
        state.take(.test(running: [.test(42, .inProgress, title: "make test")], queue: state.snapshot.queue) {
            $0.workers = state.snapshot.workers
            $0.counts[.completed] = 25
            $0.paused = ["code"]
        }, at: .seconds(3))
        #expect(
            state.screen == [
                "koubou /home/u/.koubou  supervisor 4711 for 2h01m, workers 2, busy 1, 12/s",
                "paused: code  blocked 0  scheduled 0  pending 2  in_progress 1  completed 25  f…",
                "pending                                                                     ██ 2",
                "running                                                                     ██ 1",
                "WORKER      STATUS    CPU%   MEM    TIME      TASK  TYPE      TITLE",
                "worker_001  busy        98   12M   1m30s        42  exec      make test",
                "worker_002  idle",
                "    TASK  TYPE      STATUS       PRIO     AGE  TITLE",
                "      44  exec      pending         9      1m  title 44",
                "      43  shell     pending         5      1m  title 43",
                "      41  shell     failed          5      1m  漢字の課題",
                "      40  exec      completed       5      1m  title 40",
                "", "", "", "", "",
                "q quit  ? help  c cancel  r retry  p pause  +/- priority  o output  f filter",
            ])
        let styles = TopView.lines(state).map(\.style)
        #expect(styles[5] == .selected && styles[6] == .faint && styles[10] == .bad && styles[11] == .good)
    }

    @Test func whatIsWrongStandsInTheHeadLine() {
        var state = TopState.test { $0.supervisor = nil }
        #expect(state.screen[0] == "koubou /home/u/.koubou  no supervisor runs, workers 0, busy 0")
        state.trouble = "the disk is full\u{1b}[2J"
        #expect(TopView.lines(state)[0] == ScreenLine("the disk is full\\u001b[2J", .bad))
    }

    @Test func withoutUTF8ItIsASCII() {
        let state = TopState.test(queue: [.test(1, title: "naïve 漢")], isUTF8: false)
        #expect(state.screen.allSatisfy { $0.allSatisfy(\.isASCII) })
        #expect(state.screen[2].hasSuffix(" # 1"))
        #expect(state.screen.contains { $0.hasSuffix("na?ve ??") })
    }

    @Test func aTitleCantSteerTheTerminal() {
        let state = TopState.test(queue: [.test(1, title: "a\u{1b}[2J\nb\u{9b}")])
        #expect(state.screen.contains { $0.hasSuffix("a\\u001b[2J\\nb\\u009b") })
    }

    /// Whatever the size and the mode, the screen has as many rows as the terminal, none of them too wide.
    @Test func fitsEverySize() {
        let running = (1...30).map { TopTask.test($0, .inProgress, title: "漢字漢字漢字") }
        let queue = (31...90).map { TopTask.test($0, title: "漢字👩‍👩‍👧") }
        for columns in [0, 1, 2, 3, 10, 20, 79, 80, 500] {
            for rows in [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 24, 120] {
                var state = TopState.test(running: running, queue: queue, columns: columns, rows: rows)
                for key in [Key.down, .character("c"), .escape, .character("?"), .enter, .enter, .pageDown] {
                    _ = state.handle(key)
                    let lines = TopView.lines(state)
                    #expect(lines.count == (columns == 0 ? 0 : rows))
                    #expect(lines.allSatisfy { $0.text.displayWidth <= columns }, "\(columns)x\(rows) \(key)")
                }
            }
        }
    }

    @Test func theSelectedTaskIsAlwaysOnTheScreen() {
        var state = TopState.test(
            running: (1...9).map { .test($0, .inProgress) }, queue: (10...90).map { .test($0) }, rows: 12)
        for _ in 0..<90 {
            #expect(TopView.lines(state).count { $0.style == .selected } == 1)
            _ = state.handle(.down)
        }
        #expect(state.selectedTask?.id == TaskID(90))
    }

    @Test func onAScreenOfOneRowTheQuestionIsSeen() {
        var state = TopState.test(queue: [.test(7)], columns: 30, rows: 1)
        _ = state.handle(.character("c"))
        #expect(state.screen == ["cancel task 7? y/n"])
    }
}
