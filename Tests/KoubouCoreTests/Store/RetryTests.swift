import Testing

@testable import KoubouCore

struct RetryTests {
    private func requeue(_ queue: TestQueue, times: Int) throws {
        for _ in 0..<times { try queue.record(AttemptEnd(.requeued), of: try queue.claim()) }
    }

    @Test func aTaskWhoseWorkersHadToLeaveTooOftenIsLost() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        try requeue(queue, times: 10)
        #expect(try queue.state(of: id) == .pending)
        let status = try queue.record(AttemptEnd(.requeued), of: try queue.claim()) { $0.onLost = .fail }.status
        #expect(status == .failed)
        #expect(try queue.value(queue.store.taskJSON(of: id), "$.error")?.contains("had to leave") == true)
    }

    @Test func aRetryCountsAnew() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        try requeue(queue, times: 10)
        _ = try queue.store.cancel([id], at: .test(1))
        _ = try queue.store.retry([id], at: .test(2))
        try requeue(queue, times: 10)
        #expect(try queue.state(of: id) == .pending)
    }

    @Test func aRetryDoesNotMakeASecondTaskWithAKey() throws {
        let queue = try TestQueue()
        let first = try queue.submit { $0.key = "k" }
        _ = try queue.store.cancel([first], at: .test(1))
        let second = try queue.submit { $0.key = "k" }
        #expect(second != first)
        let error = #expect(throws: StoreError.self) { try queue.store.retry([first], at: .test(2)) }
        #expect(error?.line == "task \(second) has the key of task \(first), and has not ended: wait for that one, or cancel it")
        _ = try queue.store.cancel([second], at: .test(3))
        _ = try queue.store.retry([first], at: .test(4))
    }

    @Test func whatNeedsAPrunedTaskThatDidNotCompleteIsNotRetried() throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        let second = try queue.submit { $0.after = [first] }
        _ = try queue.store.cancel([first], at: .test(1))
        #expect(try queue.state(of: second) == .cancelled)
        #expect(try queue.store.prune(endedBefore: .test(9), statuses: nil, limit: 1).tasks == 1)
        let error = #expect(throws: StoreError.self) { try queue.store.retry([second], at: .test(10)) }
        #expect(error?.line.contains("task \(second) needs task \(first), which did not complete and was pruned") == true)
        #expect(try queue.state(of: second) == .cancelled)
    }

    @Test func aPrunedTaskThatCompletedHoldsNobodyUp() throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        let second = try queue.submit { $0.after = [first] }
        try queue.record(AttemptEnd(.completed), of: try queue.claim())
        _ = try queue.store.cancel([second], at: .test(3))
        #expect(try queue.store.prune(endedBefore: .test(9), statuses: [.completed], limit: 1).tasks == 1)
        _ = try queue.store.retry([second], at: .test(10))
        #expect(try queue.state(of: second) == .pending)
    }
}
