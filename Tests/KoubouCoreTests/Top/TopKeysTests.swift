import Testing

@testable import KoubouCore

@Suite struct TopKeysTests {
    private var state = TopState.test(
        running: [.test(1, .inProgress)], queue: [.test(2, priority: 10), .test(3, priority: 1), .test(4, .failed)])

    @Test mutating func selectsOverBothTables() {
        #expect(state.selectedTask?.id == TaskID(1))
        #expect(state.type(.down, .character("j")) == [])
        #expect(state.selectedTask?.id == TaskID(3))
        #expect(state.type(.up, .up, .up) == [])
        #expect(state.selectedTask?.id == TaskID(1))
        #expect(state.type(.end) == [])
        #expect(state.selectedTask?.id == TaskID(4))
        #expect(state.type(.home) == [])
        #expect(state.selectedTask?.id == TaskID(1))
    }

    @Test mutating func cancelAsks() {
        #expect(state.type(.character("c")) == [])
        #expect(state.mode == .confirmCancel(TaskID(1)))
        #expect(state.type(.character("n")) == [])
        #expect(state.type(.character("c"), .character("y")) == [.cancel(TaskID(1))])
        #expect(state.type(.end, .character("c"), .character("y")) == [])
        #expect(state.mode == .list)
    }

    @Test mutating func actsOnTheSelectedTask() {
        #expect(state.type(.down, .character("-"), .character("p"), .character("P")) == [
            .setPriority(TaskID(2), Priority(9)!), .togglePause(type: "exec"), .togglePause(type: nil),
        ])
        #expect(state.type(.character("+")) == [])
        #expect(state.message == "10 is the highest priority")
        #expect(state.type(.down, .character("-")) == [])
        #expect(state.message == "1 is the lowest priority")
        #expect(state.type(.down, .character("r"), .character("q")) == [.retry(TaskID(4)), .quit])
    }

    @Test func withoutATaskItSaysSo() {
        var state = TopState.test()
        #expect(state.type(.character("c"), .enter) == [])
        #expect(state.message == "no task is selected")
    }

    @Test mutating func theSelectionStaysWithItsTask() {
        _ = state.type(.down, .down)
        state.take(.test(running: [.test(3, .inProgress)], queue: [.test(9), .test(4, .failed)]), at: .seconds(2))
        #expect(state.selectedTask?.id == TaskID(3))
        state.take(.test(queue: [.test(9), .test(4, .failed)]), at: .seconds(3))
        #expect(state.selectedTask?.id == TaskID(9))
        state.take(.test(), at: .seconds(4))
        #expect(state.selectedTask == nil)
    }

    /// Else the list would run after a task that nobody chose.
    @Test mutating func untilAKeyIsPressedTheSelectionStaysAtTheTop() {
        state.take(.test(running: [.test(9, .inProgress)], queue: [.test(1, .completed)]), at: .seconds(2))
        #expect(state.selectedTask?.id == TaskID(9))
        _ = state.type(.character("-"))
        state.take(.test(running: [.test(10, .inProgress)], queue: [.test(9, .completed)]), at: .seconds(3))
        #expect(state.selectedTask?.id == TaskID(9))
        _ = state.type(.home)
        state.take(.test(running: [.test(11, .inProgress)], queue: [.test(9, .completed)]), at: .seconds(4))
        #expect(state.selectedTask?.id == TaskID(11))
    }

    @Test mutating func filtersByOneStateAfterAnother() {
        var seen: [TaskState?] = []
        for _ in 0..<7 {
            #expect(state.type(.character("f")) == [.read])
            seen.append(state.filter)
        }
        #expect(seen == [.blocked, .scheduled, .pending, .completed, .failed, .cancelled, nil])
    }

    @Test func turnsPagesAtTheirEnds() {
        let next = QueuePlace.pending(priority: 5, TaskID(3))
        var state = TopState.test(running: [.test(1, .inProgress)], queue: [.test(2), .test(3)]) { $0.nextPage = next }
        #expect(state.type(.down, .down) == [])
        #expect(state.type(.down) == [.read])
        #expect(state.page == next)
        state.take(.test(running: [.test(1, .inProgress)], queue: [.test(4), .test(5)]), at: .seconds(2))
        #expect(state.selectedTask?.id == TaskID(4))
        #expect(state.screen.contains { $0.hasSuffix("TITLE (page 2)") })
        #expect(state.type(.up) == [.read])
        #expect(state.page == nil)
        state.take(.test(running: [.test(1, .inProgress)], queue: [.test(2), .test(3)]) { $0.nextPage = next }, at: .seconds(3))
        #expect(state.selectedTask?.id == TaskID(3))
        #expect(state.type(.home) == [])
        #expect(state.selectedTask?.id == TaskID(1))
    }

    @Test mutating func readsOutput() {
        state.size = TerminalSize(columns: 40, rows: 5)
        #expect(state.type(.enter) == [.read])
        state.take((1...9).map { "line \($0)" }, status: .inProgress)
        #expect(state.screen.prefix(4) == ["task 1, stdout, in_progress, lines 7-9 …", "line 7", "line 8", "line 9"])
        state.take((1...10).map { "line \($0)" }, status: .inProgress)
        #expect(state.screen[3] == "line 10")
        #expect(state.type(.up) == [])
        state.take((1...11).map { "line \($0)" }, status: .inProgress)
        #expect(state.screen[3] == "line 9")
        #expect(state.type(.home, .right) == [])
        #expect(state.screen[1] == "")
        #expect(state.type(.left, .pageDown, .down, .end) == [])
        #expect(state.screen[3] == "line 11")
        #expect(state.type(.tab) == [.read])
        #expect(state.screen[0] == "task 1, stderr, gone, nothing yet")
        #expect(state.type(.character("q")) == [])
        #expect(state.mode == .list)
    }

    @Test mutating func helpEndsWithAnyKey() {
        #expect(state.type(.character("?")) == [])
        #expect(state.screen[0] == "Keys")
        #expect(state.type(.character("q")) == [])
        #expect(state.mode == .list)
    }

    @Test func noKeyCrashesAnything() {
        var random = SeededGenerator(seed: 11)
        let keys: [Key] = [.up, .down, .left, .right, .pageUp, .pageDown, .home, .end, .enter, .escape, .tab, .other]
            + "jkgGcryn+-=pPf?hoqeb ".map { .character($0) }
        var state = TopState.test()
        for step in 0..<5000 {
            if random.oneIn(4) {
                state.size = TerminalSize(columns: .random(in: 0...90, using: &random), rows: .random(in: 0...30, using: &random))
                let queue = (0..<Int64.random(in: 0...20, using: &random)).map { TopTask.test($0, .pending) }
                state.take(.test(queue: queue) { if random.oneIn(2) { $0.nextPage = queue.last.map { .held($0.id) } } }, at: .seconds(step))
                state.take(queue.map(\.title), status: .completed)
            }
            _ = state.handle(keys.randomElement(using: &random) ?? .up)
            #expect(TopView.lines(state).count == (state.size.columns == 0 ? 0 : state.size.rows))
        }
    }
}
