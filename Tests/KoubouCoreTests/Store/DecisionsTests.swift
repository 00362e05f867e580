import Testing

@testable import KoubouCore

struct DecisionsTests {
    private static func decision(_ number: Int) -> PoolDecision {
        PoolDecision(.start, before: number, after: number + 1, pending: 9, because: "reason \(number)", at: .test(number))
    }

    @Test func theNewestAreLast() throws {
        let queue = try TestQueue()
        #expect(try queue.store.decisions(limit: 5).isEmpty)
        for number in 1...7 { try queue.store.record(Self.decision(number)) }
        #expect(try queue.store.decisions(limit: 3) == [5, 6, 7].map(Self.decision))
        let json = try queue.store.statisticsJSON(limits: PoolLimits(), at: .test(0))
        #expect(try queue.value(json, "$.decisions[6]") == """
            {"at":"\(Timestamp.test(7))","action":"start","workers_before":7,"workers_after":8,"pending":9,"reason":"reason 7"}
            """)
    }

    @Test func aHundredAreKept() throws {
        let queue = try TestQueue()
        for number in 1...120 { try queue.store.record(Self.decision(number)) }
        #expect(try queue.number("SELECT count(*) FROM pool_decision") == 100)
        #expect(try queue.store.decisions(limit: 999).first == Self.decision(21))
    }
}
