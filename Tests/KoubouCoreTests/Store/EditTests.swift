import Testing

@testable import KoubouCore

struct EditTests {
    @Test func changesTheOrder() throws {
        let queue = try TestQueue()
        let ids = try (0..<3).map { _ in try queue.submit() }
        try queue.store.edit([ids[2]], priority: try #require(Priority(9)), at: .test(1))
        try queue.store.edit([ids[0]], priority: try #require(Priority(1)), at: .test(1))
        #expect(try [1, 2, 3].map { try queue.claim(slot: $0).task } == [ids[2], ids[1], ids[0]])
    }

    @Test func onlyWhatWaitsAndAllOrNone() throws {
        let queue = try TestQueue()
        let running = try queue.submit()
        _ = try queue.claim()
        let waiting = try queue.submit()
        let error = #expect(throws: StoreError.self) {
            try queue.store.edit([waiting, running], priority: try #require(Priority(9)), at: .test(1))
        }
        guard case .notWaiting(running, .inProgress) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.line == "task \(running) is in_progress: only a task that waits can be changed")
        #expect(try queue.store.summary(of: waiting)?.priority == 5)
    }
}
