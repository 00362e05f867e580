import Testing

@testable import KoubouCore

/// Random graphs and random ends, against what must always hold: a task is blocked exactly while a dependency is not met,
/// and what can never be met ends as cancelled.
struct DependencyInvariantTests {
    @Test(arguments: 1...25 as ClosedRange<UInt64>)
    func hold(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let queue = try TestQueue()
        try queue.register(slot: 1)
        var count = 0
        for step in 1...250 {
            let now = Timestamp.test(step)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                let some = { (random: inout SeededGenerator) in
                    (0..<Int.random(in: 0...2, using: &random)).map { _ in TaskID(.random(in: 1...Int64(count), using: &random)) }
                }
                let (after, afterAny) = count == 0 ? ([], []) : (some(&random), some(&random))
                try queue.submit(at: now) {
                    ($0.after, $0.afterAny) = (after, afterAny)
                    $0.runAt = random.oneIn(4) ? .test(step + 5) : nil
                }
                count += 1
            case 4..<8:
                guard let claim = try queue.store.claim(by: WorkerID(slot: 1), .test(1), at: now).claim else { continue }
                let end = AttemptEnd(random.oneIn(3) ? .failed : .completed)
                try queue.record(end, of: claim, at: now)
            case 8 where count > 0:
                _ = try queue.store.cancel([TaskID(.random(in: 1...Int64(count), using: &random))], at: now)
            default:
                let ended = try queue.store.taskIDs(TaskFilter(statuses: [.failed, .cancelled]), after: TaskID(0), limit: 999)
                let chosen = ended.filter { _ in random.oneIn(3) }.shuffled(using: &random)
                if !chosen.isEmpty { _ = try queue.store.retry(chosen, at: now) }
            }
            try check(queue, step)
        }
    }

    private func check(_ queue: TestQueue, _ step: Int) throws {
        let wrong = try queue.text("""
            SELECT group_concat(task_id || ' ' || status || ' ' || waits_for || '/' || unmet, ', ') FROM (
              SELECT t.task_id, t.status, t.waits_for, (SELECT count(*) FROM task_dependency AS d
                JOIN task_master AS o ON o.task_id = d.depends_on WHERE d.task_id = t.task_id
                AND iif(any_end, o.ended_at IS NULL, o.status <> 'completed')) AS unmet FROM task_master AS t)
            WHERE status = 'blocked' AND waits_for <> unmet OR status <> 'blocked' AND waits_for <> 0
              OR status = 'blocked' AND unmet = 0
            """)
        try #require(wrong == nil, "step \(step): a blocked task waits for what is not met")
        let ran = try queue.number("""
            SELECT count(*) FROM task_master AS t JOIN task_dependency AS d USING (task_id)
            JOIN task_master AS o ON o.task_id = d.depends_on WHERE NOT any_end AND t.attempt > 0 AND o.status <> 'completed'
            """)
        try #require(ran == 0, "step \(step): nothing runs before what it depends on has completed")
    }
}
