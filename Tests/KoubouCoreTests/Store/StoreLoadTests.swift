import Testing

@testable import KoubouCore

/// What the store tells of the load.
struct StoreLoadTests {
    private let queue: TestQueue

    init() throws { queue = try TestQueue() }

    @Test func arrivalsAndEndsByType() throws {
        for _ in 0..<3 { try queue.submit() }
        try queue.submit { $0.type = "exec" }
        try queue.submit { $0.runAt = .test(99) }
        var (changes, last) = try queue.store.changes(after: nil)
        #expect(changes == [.init(type: "exec", arrived: 1), .init(type: "shell", arrived: 3)])
        #expect(try queue.store.runningTasks().isEmpty)

        let claim = try queue.claim(at: .test(10))
        #expect(try queue.store.runningTasks() == ["shell": 1])
        (changes, last) = try queue.store.changes(after: last)
        #expect(changes == [.init(type: "shell")], "a claim is neither")

        try queue.record(AttemptEnd(.completed), of: claim, at: .test(14))
        (changes, last) = try queue.store.changes(after: last)
        #expect(changes.map(\.type) == ["shell"] && changes[0].ended == 1 && abs(changes[0].runTime - 4) < 0.001)
        #expect(try queue.store.changes(after: last).changes.isEmpty)
    }

    @Test func aRetryArrivesAgain() throws {
        try queue.submit { $0.maxAttempts = 2 }
        let (_, last) = try queue.store.changes(after: nil)
        let claim = try queue.claim(at: .test(1))
        try queue.record(AttemptEnd(.failed), of: claim, at: .test(3))
        let changes = try queue.store.changes(after: last).changes
        #expect(changes.map(\.arrived) == [1] && changes.map(\.ended) == [1])
    }
}
