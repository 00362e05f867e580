import Testing

@testable import KoubouCore

struct PruneTests {
    /// Tasks that ended at 10, 20 and 30, failed the second; one that runs and one that waits.
    private static func sample() throws -> TestQueue {
        let queue = try TestQueue()
        for (time, outcome) in [(10, AttemptOutcome.completed), (20, .failed), (30, .completed)] {
            try queue.submit { $0.tags = ["t"] }
            var end = AttemptEnd(outcome)
            end.stdout = .file("/results/\(time).out")
            try queue.record(end, of: try queue.claim(), at: .test(time))
        }
        try queue.submit()
        _ = try queue.claim()
        try queue.submit()
        return queue
    }

    @Test func takesWhatEndedBefore() throws {
        let queue = try Self.sample()
        #expect(try queue.store.prunable(endedBefore: .test(30), statuses: nil) == 2)
        let pruned = try queue.store.prune(endedBefore: .test(30), statuses: nil, limit: 100)
        #expect(pruned.tasks == 2)
        #expect(pruned.files == ["10.out", "20.out"].map { queue.home.results + "/" + $0 })
        #expect(try queue.store.taskIDs(TaskFilter(), after: TaskID(0), limit: 99) == [TaskID(3), TaskID(4), TaskID(5)])
        for count in [
            try queue.number("SELECT count(*) FROM task_payload WHERE task_id < 3"),
            try queue.number("SELECT count(*) FROM task_result WHERE task_id < 3"),
            try queue.number("SELECT count(*) FROM task_attempt WHERE task_id < 3"),
            try queue.number("SELECT count(*) FROM task_tag WHERE task_id < 3"),
            try queue.number("SELECT count(*) FROM task_event WHERE task_id < 3"),
        ] { #expect(count == 0) }
        #expect(try queue.store.taskCounts().map(\.count) == [1, 1, 1])
    }

    @Test func neverWhatHasNotEnded() throws {
        let queue = try Self.sample()
        #expect(try queue.store.prune(endedBefore: .test(99_999), statuses: nil, limit: 100).tasks == 3)
        #expect(try queue.state(of: TaskID(4)) == .inProgress)
        #expect(try queue.state(of: TaskID(5)) == .pending)
        #expect(try queue.submit() == TaskID(6), "an id is not given twice")
    }

    @Test func byStateAndInSteps() throws {
        let queue = try Self.sample()
        #expect(try queue.store.prune(endedBefore: .test(99), statuses: [.failed], limit: 100).tasks == 1)
        #expect(try queue.store.prune(endedBefore: .test(99), statuses: [.pending, .inProgress], limit: 100).tasks == 0)
        #expect(try queue.store.prune(endedBefore: .test(99), statuses: nil, limit: 1).files == [queue.home.results + "/10.out"], "the oldest first")
        #expect(try queue.store.prune(endedBefore: .test(99), statuses: nil, limit: 9).tasks == 1)
        try queue.store.shrink()
    }
}
