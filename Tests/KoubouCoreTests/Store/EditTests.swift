import Testing

@testable import KoubouCore

struct EditTests {
    private static func edit(_ change: (inout TaskEdit) -> Void) -> TaskEdit {
        var edit = TaskEdit()
        change(&edit)
        return edit
    }

    @Test func changesTheOrder() throws {
        let queue = try TestQueue()
        let ids = try (0..<3).map { _ in try queue.submit() }
        _ = try queue.store.edit([ids[2]], Self.edit { $0.priority = Priority(9) }, at: .test(1))
        _ = try queue.store.edit([ids[0]], Self.edit { $0.priority = Priority(1) }, at: .test(1))
        #expect(try [1, 2, 3].map { try queue.claim(slot: $0).task } == [ids[2], ids[1], ids[0]])
    }

    @Test func changesWhatIsGivenAndLeavesTheRest() throws {
        let queue = try TestQueue()
        let id = try queue.submit { ($0.title, $0.timeout) = ("old", .seconds(9)) }
        _ = try queue.store.edit([id], Self.edit { $0.title = "new" }, at: .test(1))
        var json = try queue.store.taskJSON(of: id)
        #expect(try [queue.value(json, "$.title"), queue.value(json, "$.timeout")] == ["new", "9"])
        _ = try queue.store.edit([id], Self.edit { $0.timeout = .zero }, at: .test(1))
        json = try queue.store.taskJSON(of: id)
        #expect(try [queue.value(json, "$.title"), queue.value(json, "$.timeout")] == ["new", nil])
        #expect(try queue.state(of: id) == .pending)
    }

    @Test func aTimeMovesATaskBetweenPendingAndScheduled() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        let blocked = try queue.submit { $0.after = [id] }
        _ = try queue.store.edit([id, blocked], Self.edit { $0.runAt = .test(60) }, at: .test(1))
        #expect(try queue.state(of: id) == .scheduled)
        #expect(try queue.state(of: blocked) == .blocked)
        #expect(try queue.store.nextDue() == .test(60))
        _ = try queue.store.edit([id], Self.edit { $0.runAt = .test(0) }, at: .test(1))
        #expect(try queue.state(of: id) == .pending)
        try queue.record(AttemptEnd(.completed), of: try queue.claim(at: .test(2)), at: .test(3))
        #expect(try queue.state(of: blocked) == .scheduled, "its time has not come")
    }

    @Test func wakesWhoMayHaveSomethingToDoNow() throws {
        let queue = try TestQueue()
        let id = try queue.submit { $0.runAt = .test(3600) }
        try queue.register(slot: 2)
        _ = try queue.store.claim(by: WorkerID(slot: 2), .test(2), at: .test(1))
        #expect(try queue.store.edit([id], Self.edit { $0.runAt = .test(0) }, at: .test(2)) == [.test(2)])
    }

    @Test func onlyWhatWaitsAndAllOrNone() throws {
        let queue = try TestQueue()
        let running = try queue.submit()
        _ = try queue.claim()
        let waiting = try queue.submit()
        let error = #expect(throws: StoreError.self) {
            try queue.store.edit([waiting, running], Self.edit { $0.priority = Priority(9) }, at: .test(1))
        }
        guard case .notWaiting(running, .inProgress) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.line == "task \(running) is in_progress: only a task that waits can be changed, see: koubouctl list --status pending")
        #expect(try queue.store.summary(of: waiting)?.priority == 5)
    }
}
