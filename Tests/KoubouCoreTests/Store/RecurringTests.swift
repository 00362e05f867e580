import Testing

@testable import KoubouCore

struct RecurringTests {
    private static func add(_ spec: String, to queue: TestQueue, _ change: (inout NewTask) -> Void = { _ in }) throws -> Int64 {
        var task = NewTask(type: "shell", cwd: Array("/".utf8))
        task.prompt = Array("date".utf8)
        change(&task)
        let first = try Recurrence(spec).next(after: .test(0), since: .test(0), in: .utc)
        return try queue.store.addRecurring(spec, task, first: first)
    }

    private static func survey(_ queue: TestQueue, at second: Int) throws -> [Store.RecurringRun] {
        try queue.store.survey(zone: .utc, at: .test(second)).recurred
    }

    private static func next(_ queue: TestQueue) throws -> Timestamp? { try queue.store.recurring().first?.nextAt }

    @Test func isHandedInWhenItIsDue() throws {
        let queue = try TestQueue()
        let number = try Self.add("10s", to: queue)
        #expect(try queue.store.survey(at: .test(9)).nextDue == .test(10))
        #expect(try Self.survey(queue, at: 9).isEmpty)
        let run = try #require(try Self.survey(queue, at: 10).first)
        #expect(run.number == number)
        let task = try #require(run.task)
        #expect(try queue.value(try queue.store.taskJSON(of: task), "$.recurring") == "\(number)")
        #expect(try Self.survey(queue, at: 10).isEmpty, "once")
        #expect(try Self.next(queue) == .test(20))
        #expect(try queue.store.recurring().first?.lastTask == task)
    }

    @Test func whatWasMissedHappensOnceAndInPhase() throws {
        let queue = try TestQueue()
        _ = try Self.add("10s", to: queue)
        #expect(try Self.survey(queue, at: 12_345).count == 1)
        #expect(try Self.next(queue) == .test(12_350))
        #expect(try queue.number("SELECT count(*) FROM task_master") == 1)
    }

    @Test func isLeftOutWhileItsLastRunHasNotEnded() throws {
        let queue = try TestQueue()
        _ = try Self.add("10s", to: queue)
        _ = try Self.survey(queue, at: 10)
        #expect(try Self.survey(queue, at: 20).map(\.task) == [nil], "it waits")
        let claim = try queue.claim(at: .test(21))
        #expect(try Self.survey(queue, at: 30).map(\.task) == [nil], "it runs")
        try queue.record(AttemptEnd(.failed), of: claim, at: .test(31))
        #expect(try Self.next(queue) == .test(40))
        #expect(try Self.survey(queue, at: 40).map(\.task) == [TaskID(2)])
    }

    @Test func aPrunedRunHasEnded() throws {
        let queue = try TestQueue()
        _ = try Self.add("10s", to: queue)
        _ = try Self.survey(queue, at: 10)
        try queue.record(AttemptEnd(.completed), of: try queue.claim(at: .test(11)), at: .test(12))
        _ = try queue.store.prune(endedBefore: .test(15), statuses: nil, limit: 9)
        #expect(try Self.survey(queue, at: 20).map(\.task) == [TaskID(2)])
    }

    @Test func aRunIsWhatWasGiven() throws {
        let queue = try TestQueue()
        _ = try Self.add("1s", to: queue) {
            ($0.type, $0.prompt, $0.argv) = ("exec", [0, 255], [Array("printf".utf8), [0xff], []])
            $0.priority = Priority(8) ?? .standard
            ($0.maxAttempts, $0.timeout, $0.slots, $0.title) = (3, .milliseconds(1500), 2, "t\"")
            ($0.tags, $0.env) = (["a b", "\""], [Array("A=1=2".utf8), Array("B=".utf8)])
            $0.metadata = [Array("k=v".utf8)]
        }
        let task = try #require(try Self.survey(queue, at: 1).first?.task)
        let json = try queue.store.taskJSON(of: task)
        for (path, value) in [
            "type": "exec", "prompt_base64": "AP8=", "argv_base64": "cHJpbnRmAP8AAA==", "priority": "8", "max_attempts": "3",
            "timeout": "1.5", "slots": "2", "title": "t\"", "tags": #"["\"","a b"]"#, "env": #"{"A":"1=2","B":""}"#,
            "metadata": #"{"k":"v"}"#, "cwd": "/",
        ] { #expect(try queue.value(json, "$.\(path)") == value, "\(path)") }
        let listed = try #require(try queue.store.recurringJSON().first)
        for (path, value) in ["number": "1", "spec": "1s", "last_task_id": "\(task)", "argv_base64": "cHJpbnRmAP8AAA==", "slots": "2"] {
            #expect(try queue.value(listed, "$.\(path)") == value, "\(path)")
        }
    }

    @Test func cronFollowsTheZone() throws {
        let queue = try TestQueue()
        _ = try Self.add("30 9 * * *", to: queue)
        _ = try queue.store.survey(zone: .kolkata, at: .test(200_000))
        #expect(try Self.next(queue)?.description == "2026-03-04 04:00:00.000")
    }

    @Test func removedIsOver() throws {
        let queue = try TestQueue()
        let number = try Self.add("10s", to: queue)
        _ = try Self.survey(queue, at: 10)
        try queue.store.removeRecurring(number)
        #expect(try Self.survey(queue, at: 999).isEmpty)
        #expect(try queue.state(of: TaskID(1)) == .pending, "what was handed in stays")
        let error = #expect(throws: StoreError.self) { try queue.store.removeRecurring(number) }
        #expect(error?.exitCode == .noInput)
        #expect(try Self.add("10s", to: queue) == number + 1, "a number is not given twice")
    }
}
