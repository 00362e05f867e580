import Testing

@testable import KoubouCore

struct RecordTests {
    @Test func keepsAllOfAnEnd() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        let claim = try queue.claim(at: .test(1))
        try queue.store.note(.test(4711), of: claim)
        var end = AttemptEnd(.failed, error: "exit status 3")
        (end.exitStatus, end.cpuTime, end.peakMemory) = (3, .milliseconds(1250), 4096)
        (end.stdout, end.stderr) = (.bytes(Array(text: "out\n")), .file("/results/1.err"))
        end.stderrTail = Array(text: "tail")
        let recorded = try queue.record(end, of: claim, at: .test(9))
        #expect(recorded.isRecorded)
        #expect(recorded.status == .failed)
        #expect(recorded.work.map { _ in 0 } == nil)

        let json = try queue.store.taskJSON(of: id)
        for (path, value) in [
            "$.status": "failed", "$.exit_status": "3", "$.error": "exit status 3", "$.result": "out\n",
            "$.stderr_file": queue.home.results + "/1.err", "$.ended_at": Timestamp.test(9).description,
            "$.started_at": Timestamp.test(1).description, "$.attempts[0].outcome": "failed",
            "$.attempts[0].cpu_time": "1.25", "$.attempts[0].peak_memory": "4096", "$.attempts[0].stderr": "tail",
            "$.attempts[0].exit_status": "3", "$.attempts[0].worker_id": "worker_001",
            "$.attempts[0].error": "exit status 3",
        ] { #expect(try queue.value(json, path) == value, "\(path)") }
        #expect(try queue.kind(json, "$.pid") == "null", "the process is gone")
        #expect(try queue.kind(json, "$.stderr") == "null")
        #expect(try queue.store.output(of: id)?.stderr == .file(queue.home.results + "/1.err"))
        let summary = try #require(try queue.store.end(of: id))
        #expect(summary.status == .failed)
        #expect(summary.exitStatus == 3)
        #expect(summary.outcome == .failed)
        #expect(summary.error == "exit status 3")
    }

    @Test func aLostClaimRecordsNothing() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        let old = try queue.claim(slot: 1)
        // Its worker was taken for dead; another attempt runs, in the same slot even.
        _ = try queue.store.bury(WorkerID(slot: 1), .test(1), AttemptEnd(.lost, error: "gone"), policy: { _ in RetryPolicy(maxAttempts: 1) }, at: .test(2))
        let new = try queue.claim(slot: 1)
        let before = try queue.store.taskJSON(of: id)

        var end = AttemptEnd(.completed)
        end.stdout = .bytes(Array(text: "too late"))
        let late = try queue.record(end, of: old)
        #expect(!late.isRecorded)
        #expect(late.status == nil)
        #expect(try queue.store.taskJSON(of: id) == before)
        #expect(try queue.store.workers().first?.tasksCompleted == 0)

        #expect(try queue.record(AttemptEnd(.completed), of: new).isRecorded)
        let after = try queue.store.taskJSON(of: id)
        #expect(try !queue.record(end, of: new).isRecorded, "an end is recorded once")
        #expect(try queue.store.taskJSON(of: id) == after)
    }

    @Test func anAttemptGivenBackDoesNotCount() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        for _ in 0..<5 {
            let claim = try queue.claim()
            #expect(claim.attempt == 1)
            #expect(try queue.record(AttemptEnd(.requeued), of: claim).status == .pending)
        }
        #expect(try queue.value(try queue.store.taskJSON(of: id), "$.attempt") == "0")
        #expect(try queue.number("SELECT count(*) FROM task_attempt WHERE outcome = 'requeued'") == 5)
        #expect(try queue.record(AttemptEnd(.completed), of: try queue.claim()).status == .completed)
        #expect(try queue.value(try queue.store.taskJSON(of: id), "$.attempt") == "1")
    }

    @Test func retriesAfterTheBackoff() throws {
        let queue = try TestQueue()
        let id = try queue.submit { $0.maxAttempts = 3 }
        let policy: (inout RetryPolicy) -> Void = { ($0.maxAttempts, $0.backoffMin) = (99, .seconds(4)) }
        for (attempt, delay) in [(1, 4), (2, 8)] {
            let claim = try queue.claim(at: .test(attempt * 100))
            #expect(claim.attempt == attempt)
            #expect(try queue.record(AttemptEnd(.failed), of: claim, at: .test(attempt * 100 + 1), policy).status == .scheduled)
            #expect(try queue.store.nextDue() == .test(attempt * 100 + 1 + delay))
        }
        // The task's own bound counts, not that of its type today.
        #expect(try queue.record(AttemptEnd(.failed), of: try queue.claim(at: .test(900)), at: .test(901), policy).status == .failed)
        #expect(try queue.state(of: id) == .failed)
    }

    @Test func aTaskThatCannotDoBetterIsNotRetried() throws {
        let queue = try TestQueue()
        try queue.submit { $0.maxAttempts = 9 }
        var end = AttemptEnd(.failed, error: "no such program")
        (end.mayRetry, end.exitStatus) = (false, 127)
        #expect(try queue.record(end, of: try queue.claim()).status == .failed)
    }

    @Test func theLastAttemptsResultCounts() throws {
        let queue = try TestQueue()
        let id = try queue.submit { $0.maxAttempts = 2 }
        var end = AttemptEnd(.failed, error: "first")
        (end.stdout, end.exitStatus) = (.bytes(Array(text: "one")), 1)
        try queue.record(end, of: try queue.claim())
        end = AttemptEnd(.completed)
        (end.stdout, end.exitStatus) = (.bytes(Array(text: "two")), 0)
        try queue.record(end, of: try queue.claim())
        let json = try queue.store.taskJSON(of: id)
        #expect(try queue.value(json, "$.result") == "two")
        #expect(try queue.kind(json, "$.error") == "null")
        #expect(try queue.value(json, "$.exit_status") == "0")
        #expect(try queue.value(json, "$.attempts[0].error") == "first")
        #expect(try queue.value(json, "$.attempts[1].outcome") == "completed")
    }

    @Test func claimsTheNextInTheSameTransaction() throws {
        let queue = try TestQueue()
        let ids = try (0..<3).map { _ in try queue.submit() }
        try queue.register(slot: 2)
        try queue.store.database.run("UPDATE workers SET status = 'idle'")
        var claim = try queue.claim()
        let first = try queue.record(AttemptEnd(.completed), of: claim, then: .claim)
        claim = try #require(first.work?.claim)
        #expect(claim.task == ids[1])
        #expect(first.toWake == [.test(2)], "there is still one for the idle worker")
        let second = try queue.record(AttemptEnd(.completed), of: claim, then: .claim)
        #expect(second.work?.claim?.task == ids[2])
        #expect(second.toWake.isEmpty)
        let last = try queue.record(AttemptEnd(.completed), of: try #require(second.work?.claim), then: .claim)
        #expect(last.work.map { _ in 0 } == 0)
        #expect(last.work?.claim == nil)
        let worker = try queue.store.workers().first { $0.id.slot == 1 }
        #expect(worker?.status == .idle)
        #expect(worker?.tasksCompleted == 3)
    }

    @Test func countsEndedTasksAndNotAttempts() throws {
        let queue = try TestQueue()
        try queue.submit { $0.maxAttempts = 3 }
        try queue.submit()
        for end in [AttemptEnd(.failed), AttemptEnd(.timedOut), AttemptEnd(.requeued), AttemptEnd(.failed), AttemptEnd(.completed)] {
            try queue.record(end, of: try queue.claim())
        }
        let worker = try #require(try queue.store.workers().first)
        #expect(worker.tasksCompleted == 1)
        #expect(worker.tasksFailed == 1)
    }

    @Test func wakesWhoWaitsForTheEnd() throws {
        let queue = try TestQueue()
        let ids = try (0..<2).map { _ in try queue.submit { $0.maxAttempts = 2 } }
        try queue.store.listen(.test(10), to: ids[0])
        try queue.store.listen(.test(11), to: ids[1])
        try queue.store.listen(.test(12), to: nil)
        #expect(try queue.record(AttemptEnd(.failed), of: try queue.claim()).toWake.isEmpty, "not the end yet")
        #expect(try queue.record(AttemptEnd(.failed), of: try queue.claim()).toWake == [.test(10), .test(12)])
        try queue.store.stopListening(.test(12))
        #expect(try queue.record(AttemptEnd(.completed), of: try queue.claim()).toWake == [.test(11)])
        try queue.store.forgetDeadListeners()
        #expect(try queue.number("SELECT count(*) FROM listeners") == 0)
    }

    @Test func aListenerMayWaitForManyTasksInTurn() throws {
        let queue = try TestQueue()
        let living = ProcessIdentity.current
        try queue.store.listen(living, to: TaskID(1))
        try queue.store.listen(living, to: TaskID(2))
        #expect(try queue.number("SELECT task_id FROM listeners") == 2)
        try queue.store.forgetDeadListeners()
        #expect(try queue.number("SELECT count(*) FROM listeners") == 1, "it lives")
        try queue.store.stopListening(ProcessIdentity(pid: living.pid, start: "another"))
        #expect(try queue.number("SELECT count(*) FROM listeners") == 1, "only its own wish")
    }
}
