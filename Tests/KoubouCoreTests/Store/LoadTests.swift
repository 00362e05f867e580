import Testing

@testable import KoubouCore

@Suite struct LoadTests {
    @Test func endsAreReadOnceAndOnlyOurs() throws {
        let queue = try TestQueue()
        try queue.submit { $0.tags = ["theirs"] }
        let before = try queue.store.lastEvent()
        for _ in 0..<5 { try queue.submit { $0.tags = ["ours"] } }
        for second in 1...6 {
            try queue.record(
                AttemptEnd(second == 3 ? .failed : .completed), of: try queue.claim(at: .test(second)), at: .test(second + 10))
        }
        for limit in [1, 4, 1000] {
            var (last, ends): (Int64, [LoadEnd]) = (before, [])
            while true {
                let page = try queue.store.ends(ofTag: "ours", after: last, limit: limit)
                ends += page.ends
                guard page.last != last else { break }
                last = page.last
            }
            #expect(ends.map(\.status) == [.completed, .failed, .completed, .completed, .completed])
            #expect(ends.map(\.waiting) == (2...6).map { .seconds($0) })
            #expect(ends.allSatisfy { $0.running == .seconds(10) })
        }
    }

    @Test func openTasksGoByKey() throws {
        let queue = try TestQueue()
        let ids = try (0..<6).map { _ in try queue.submit { $0.tags = ["ours"] } }
        try queue.submit { $0.tags = ["theirs"] }
        _ = try queue.store.cancel([ids[0], ids[3]], at: .test(1))
        #expect(try queue.store.openTasks(ofTag: "ours", from: TaskID(0), limit: 2) == [ids[1], ids[2]])
        #expect(try queue.store.openTasks(ofTag: "ours", from: ids[3], limit: 9) == [ids[4], ids[5]])
        #expect(try queue.store.openTasks(ofTag: "none", from: TaskID(0), limit: 9) == [])
    }
}
