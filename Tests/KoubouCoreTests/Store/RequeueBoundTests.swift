import Testing

@testable import KoubouCore

struct RequeueBoundTests {
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

    /// A long reader keeps the WAL from being begun anew; afterwards it does not stay as long.
    @Test func aLongLogOfTheDatabaseIsCut() throws {
        let queue = try TestQueue()
        let prompt = [UInt8](repeating: 0x78, count: 1 << 20)
        try queue.store.snapshot { () throws(StoreError) in
            _ = try queue.store.taskCounts()
            do {
                let writer = try Store(home: queue.home)
                for _ in 0..<24 { try Self.submit(prompt, to: writer) }
            } catch { Issue.record(error) }
        }
        let wal = queue.home.database + "-wal"
        #expect(fileStatus(wal).map { $0.st_size > 20 << 20 } == true)
        let writer = try Store(home: queue.home)
        try writer.checkpoint()
        try Self.submit([], to: writer)
        try writer.checkpoint()
        try Self.submit([], to: writer)
        #expect(fileStatus(wal).map { $0.st_size <= 16 << 20 } == true)
    }

    private static func submit(_ prompt: [UInt8], to store: Store) throws {
        var task = NewTask(type: "shell", cwd: [0x2f])
        task.prompt = prompt
        _ = try store.submit([task], at: .test(0))
    }
}
