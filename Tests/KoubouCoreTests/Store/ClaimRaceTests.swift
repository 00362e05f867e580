import Testing

@testable import KoubouCore

/// Writers that really run at the same time, each with its own connection, as each process has.
struct ClaimRaceTests {
    @Test func noTaskIsClaimedTwice() throws {
        let queue = try TestQueue()
        let home = queue.home
        let count = 300
        _ = try queue.store.submit((0..<count).map { _ in NewTask(type: "shell", cwd: Array(text: "/")) }, at: .test(0))
        let claimed = try onThreads(6) { index in
            let store = try Store(home: home, patience: .seconds(150))
            let worker = try store.register(
                slot: nil, process: .test(index), status: .starting, at: .test(0)) ?? WorkerID(slot: 99)
            var found: [(task: TaskID, number: Int64)] = []
            while case .claimed(let claim) = try store.claim(by: worker, .test(index), at: .test(1)) {
                found.append((claim.task, claim.number))
                let recorded = try store.record(
                    AttemptEnd(.completed), of: claim, by: worker, .test(index), policy: RetryPolicy(maxAttempts: 1), jitter: 0,
                    then: .leave, at: .test(2))
                guard recorded.isRecorded else { throw TestFault.unexpected("lost \(claim.task)") }
            }
            return (worker: worker, found: found)
        }
        let all = claimed.flatMap(\.found)
        #expect(all.count == count)
        #expect(Set(all.map(\.task)).count == count, "no task twice")
        #expect(Set(all.map(\.number)).count == count, "no number twice")
        #expect(Set(claimed.map(\.worker)).count == 6, "no slot twice")
        #expect(try queue.number("SELECT count(*) FROM task_master WHERE status = 'completed' AND attempt = 1") == count)
        #expect(try queue.number("SELECT sum(tasks_completed) FROM workers") == count)
        for worker in try queue.store.workers() {
            #expect(worker.tasksCompleted == claimed.first { $0.worker == worker.id }?.found.count)
        }
    }

    /// Submitters, workers that record and claim in one transaction, a supervisor that buries them, and checkpoints.
    @Test func nothingIsLostInTheThick() throws {
        let queue = try TestQueue()
        let home = queue.home
        let (submitters, each, workers) = (2, 60, 3)
        let reports = try onThreads(submitters + workers + 1) { index -> [TaskID] in
            let store = try Store(home: home, patience: .seconds(150))
            switch index {
            case ..<submitters:
                var ids: [TaskID] = []
                for _ in 0..<each { ids += try store.submit([NewTask(type: "shell", cwd: Array(text: "/"))], at: .test(0)) }
                return ids
            case ..<(submitters + workers): return try Self.work(store, slot: index, until: submitters * each)
            default:
                while try Self.ended(store) < submitters * each { try store.checkpoint() }
                return []
            }
        }
        let ids = reports[..<submitters].flatMap { $0 }
        #expect(Set(ids).count == submitters * each)
        let done = reports[submitters...].flatMap { $0 }
        #expect(done.sorted() == ids.sorted(), "each task was completed once, and by one worker")
        #expect(try queue.text("PRAGMA integrity_check") == "ok")
        #expect(try queue.number("SELECT count(*) FROM task_attempt WHERE outcome = 'completed'") == ids.count)
    }

    /// Completes tasks; now and then it dies over one and comes back.
    private static func work(_ store: Store, slot: Int, until total: Int) throws -> [TaskID] {
        let worker = WorkerID(slot: slot)
        var random = SeededGenerator(seed: UInt64(slot))
        var completed: [TaskID] = []
        var life = slot * 1000
        _ = try store.register(slot: worker, process: .test(life), status: .starting, at: .test(0))
        var next = try store.claim(by: worker, .test(life), at: .test(1)).claim
        while try ended(store) < total {
            guard let claim = next else {
                next = try store.claim(by: worker, .test(life), at: .test(1)).claim
                continue
            }
            if random.oneIn(10) {
                _ = try store.bury(worker, .test(life), AttemptEnd(.lost, error: "killed"), policy: { _ in .patient }, at: .test(2))
                let late = try store.record(
                    AttemptEnd(.completed), of: claim, by: worker, .test(life), policy: .patient, jitter: 0, then: .leave,
                    at: .test(2))
                guard !late.isRecorded else { throw TestFault.unexpected("a lost claim was recorded") }
                life += 1
                _ = try store.register(slot: worker, process: .test(life), status: .starting, at: .test(0))
                next = nil
            } else {
                let recorded = try store.record(
                    AttemptEnd(.completed), of: claim, by: worker, .test(life), policy: .patient, jitter: 0, then: .claim, at: .test(2))
                if recorded.isRecorded { completed.append(claim.task) }
                next = recorded.work?.claim
            }
        }
        return completed
    }

    private static func ended(_ store: Store) throws -> Int {
        try store.taskCounts().filter { $0.status.isEnded }.reduce(0) { $0 + $1.count }
    }
}

extension RetryPolicy {
    /// Never gives up on a task that loses its worker.
    fileprivate static var patient: RetryPolicy {
        var policy = RetryPolicy(maxAttempts: 1)
        policy.maxLost = 1000
        return policy
    }
}
