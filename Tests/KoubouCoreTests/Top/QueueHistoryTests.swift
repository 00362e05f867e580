import Testing

@testable import KoubouCore

@Suite struct QueueHistoryTests {
    @Test func keepsOneSampleASecondAndForgets() {
        var history = QueueHistory()
        #expect(history.throughput == nil)
        for tenth in 0..<4000 { history.add([.pending: tenth / 10, .inProgress: 2, .completed: tenth], at: .milliseconds(tenth * 100)) }
        #expect(history.pending.count == 300)
        #expect(history.pending.last == 399)
        #expect(history.active.allSatisfy { $0 == 2 })
        #expect(history.throughput == 10)
    }

    @Test func pruningIsNoThroughput() {
        var history = QueueHistory()
        history.add([.completed: 500, .failed: 2], at: .seconds(1))
        history.add([.completed: 5], at: .seconds(2))
        #expect(history.throughput == 0)
    }
}
