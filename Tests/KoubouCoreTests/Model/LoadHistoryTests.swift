import Testing

@testable import KoubouCore

@Suite struct LoadHistoryTests {
    private let now = Timestamp("2026-03-01 12:00:30.000")!

    @Test func levelsAreReckonedBackFromNow() {
        var history = LoadHistory()
        var minute = LoadHistory.Minute()
        // Six tasks came at 11:58:30, and four of them had begun to run at 11:59:00.
        minute.pending = .init(tasks: 6, seconds: 6 * 30)
        history.add(minute, at: Timestamp("2026-03-01 11:58:00")!)
        minute = .init()
        minute.pending = .init(tasks: -4, seconds: -4 * 60)
        minute.active = .init(tasks: 4, seconds: 4 * 60)
        history.add(minute, at: Timestamp("2026-03-01 11:59:00")!)
        // One has ended in the middle of what has passed of this minute.
        minute = .init()
        minute.active = .init(tasks: -1, seconds: -45)
        minute.completed = 1
        history.add(minute, at: Timestamp("2026-03-01 12:00:00")!)
        let points = history.points(.hour, at: now, pending: 2, active: 3)
        #expect(points.count == 60)
        #expect(points.suffix(4).map(\.pending) == [0, 3, 2, 2])
        #expect(points.suffix(4).map(\.active) == [0, 0, 4, 3.5])
        #expect(points.map(\.completed).reduce(0, +) == 1)
        #expect(points[59].completed == 1)
    }

    @Test func aDayHasAPointForEachQuarter() {
        var history = LoadHistory()
        var minute = LoadHistory.Minute()
        (minute.completed, minute.failed) = (2, 1)
        for age in [0, 14, 15, 1439, 1440] { history.add(minute, at: now + .seconds(-60 * age)) }
        history.forgetOld(at: now)
        let points = history.points(.day, at: now, pending: 0, active: 1)
        #expect(points.count == 96)
        #expect([points[95], points[94], points[0]].map(\.completed) == [4, 2, 2])
        #expect(points.map(\.failed).reduce(0, +) == 4)
        #expect(abs(points[40].active - 1) < 1e-9)
    }

    @Test func whatWasPrunedLeavesNothingBelowZero() {
        var history = LoadHistory()
        var minute = LoadHistory.Minute()
        minute.pending = .init(tasks: 5, seconds: 5)
        history.add(minute, at: now)
        #expect(history.points(.hour, at: now, pending: 1, active: 0).allSatisfy { $0.pending >= 0 })
    }
}

@Suite struct MovementTests {
    @Test func eventsAreSummedByTheMinute() throws {
        let queue = try TestQueue()
        let at = Timestamp("2026-03-01 09:30:15.500")!
        let first = try queue.submit(at: at)
        try queue.submit(at: at)
        _ = try queue.store.cancel([first], at: at + .seconds(60))
        let moved = try queue.store.movements(in: 1...queue.store.lastEvent())
        #expect(moved.map(\.at) == [Timestamp("2026-03-01 09:30:00")!, Timestamp("2026-03-01 09:31:00")!])
        #expect(moved.map(\.minute.pending) == [.init(tasks: 2, seconds: 89), .init(tasks: -1, seconds: -44.5)])
        let levels = try queue.store.levels()
        #expect(levels == (3, 1, 0))
    }

    @Test func tasksAreFoundByTheirWords() throws {
        let queue = try TestQueue()
        let ids = [
            try queue.submit { $0.title = "Nightly Build" }, try queue.submit { $0.prompt = Array("make BUILD".utf8) },
            try queue.submit { $0.tags = ["rebuild"] },
        ]
        func found(_ text: String, _ filter: TaskFilter = TaskFilter(), limit: Int = 10) throws -> [TaskID] {
            try queue.store.search(text, filter, before: TaskID(.max), limit: limit).ids
        }
        #expect(try found("build") == ids.reversed())
        #expect(try found("100%") == [])
        #expect(try found("nightly", TaskFilter(statuses: [.failed])) == [])
        let page = try queue.store.search("build", TaskFilter(), before: TaskID(.max), limit: 2)
        #expect(page.next == ids[1])
        #expect(try queue.store.search("build", TaskFilter(), before: ids[1], limit: 2).ids == [ids[0]])
    }
}
