import Glibc
import Testing

@testable import KoubouCore

/// Nothing is lost, run twice at a time or left behind, whatever is done to the processes of a pool.
///
/// `KOUBOU_CHAOS_TASKS` and `KOUBOU_CHAOS_SECONDS` say how much, `KOUBOU_SEED` repeats a run.
struct ChaosTests {
    private static let hasFlock = access("/usr/bin/flock", X_OK) == 0

    @Test(.enabled(if: hasFlock, "flock of util-linux proves that no task runs twice at a time"))
    func aPoolUnderBlowsLosesNothing() throws {
        let random = ChaosGenerator()
        report("chaos: seed \(random.seed)")
        let run = try ChaosRun(random)
        try run.run(
            tasks: Knob.number("KOUBOU_CHAOS_TASKS") ?? 400, for: .seconds(Knob.number("KOUBOU_CHAOS_SECONDS") ?? 30))
        try run.end()
        let store = try run.home.openStore()
        try tell(run, store)

        #expect(try store.number("SELECT count(*) FROM task_master") == run.orders.count, "nothing but what was told")
        #expect(!run.home.exists("twice"), "tasks that ran twice at a time")
        for (id, order) in run.orders.sorted(by: { $0.key < $1.key }) {
            let state = try store.states(of: [id]).first
            let isDone = run.home.exists("done/\(id)")
            switch state {
            case .completed:
                #expect(isDone, "task \(id) is completed and has not done its work")
                #expect(!order.isHopeless, "task \(id) can't complete")
            case .failed: #expect(order.isHopeless, "task \(id) failed without need")
            case .cancelled: #expect(order.cancelAsked, "nobody cancelled task \(id)")
            case .blocked, .scheduled, .pending, .inProgress, nil:
                Issue.record("task \(id) is \(state?.rawValue ?? "gone")")
            }
        }
        #expect(
            try store.number(
                """
                SELECT count(*) FROM task_master AS t WHERE 1 <> (SELECT count(*) FROM task_event
                  WHERE task_id = t.task_id AND to_status IN ('completed', 'failed', 'cancelled'))
                """) == 0, "each task ended once")
        try run.home.expectSound()
    }

    private func tell(_ run: ChaosRun, _ store: Store) throws {
        let ends = try store.taskCounts().filter { $0.count > 0 }.map { "\($0.count) \($0.status.rawValue)" }
        let attempts = try store.number("SELECT count(*) FROM task_attempt")
        let lost = try store.number("SELECT count(*) FROM task_attempt WHERE outcome = 'lost'")
        let requeued = try store.number("SELECT count(*) FROM task_attempt WHERE outcome = 'requeued'")
        let blows = run.blows.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        report(
            "chaos: \(run.orders.count) tasks (\(ends.joined(separator: ", "))), \(attempts) attempts, "
                + "\(lost) lost with their worker, \(requeued) requeued")
        report(
            "chaos: \(run.blows.values.reduce(0, +)) blows (\(blows.joined(separator: ", "))), "
                + "\(run.supervisorStarts) supervisors, \(run.refusals) submits refused for a while")
    }
}
