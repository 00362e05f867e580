import Testing

@testable import KoubouCore

struct DispositionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var outcome: AttemptOutcome
        var mayRetry = true
        var attempt = 1
        var lost = 0
        var maxAttempts = 1
        var becomes: Disposition
    }

    @Test(arguments: [
        Case(testDescription: "completed", outcome: .completed, becomes: .end(.completed)),
        Case(testDescription: "completed at last", outcome: .completed, attempt: 9, lost: 2, maxAttempts: 3,
             becomes: .end(.completed)),
        Case(testDescription: "cancelled, attempts left", outcome: .cancelled, maxAttempts: 3, becomes: .end(.cancelled)),
        Case(testDescription: "failed, one attempt", outcome: .failed, becomes: .end(.failed)),
        Case(testDescription: "failed, first of three", outcome: .failed, maxAttempts: 3, becomes: .retry(after: .seconds(1))),
        Case(testDescription: "failed, second of three", outcome: .failed, attempt: 2, maxAttempts: 3,
             becomes: .retry(after: .seconds(2))),
        Case(testDescription: "failed, last of three", outcome: .failed, attempt: 3, maxAttempts: 3, becomes: .end(.failed)),
        Case(testDescription: "timed out is a failure", outcome: .timedOut, maxAttempts: 2, becomes: .retry(after: .seconds(1))),
        Case(testDescription: "timed out for the last time", outcome: .timedOut, attempt: 2, maxAttempts: 2,
             becomes: .end(.failed)),
        Case(testDescription: "can't get better", outcome: .failed, mayRetry: false, maxAttempts: 3, becomes: .end(.failed)),
        Case(testDescription: "lost once", outcome: .lost, lost: 1, becomes: .requeue),
        Case(testDescription: "lost twice", outcome: .lost, attempt: 2, lost: 2, becomes: .requeue),
        Case(testDescription: "lost three times", outcome: .lost, attempt: 3, lost: 3, becomes: .end(.failed)),
        Case(testDescription: "lost attempts are no failures", outcome: .failed, attempt: 3, lost: 2, maxAttempts: 2,
             becomes: .retry(after: .seconds(1))),
        Case(testDescription: "failed after lost ones, last", outcome: .failed, attempt: 4, lost: 2, maxAttempts: 2,
             becomes: .end(.failed)),
        Case(testDescription: "given back", outcome: .requeued, attempt: 1, becomes: .requeue),
        Case(testDescription: "given back, whatever the bounds", outcome: .requeued, attempt: 9, lost: 2, becomes: .requeue),
    ])
    func decides(_ row: Case) {
        let got = disposition(
            of: row.outcome, mayRetry: row.mayRetry, attempt: row.attempt, lost: row.lost,
            policy: RetryPolicy(maxAttempts: row.maxAttempts), jitter: 0)
        #expect(got == row.becomes)
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 4), (4, 8), (9, 256), (10, 300), (11, 300), (1000, 300), (Int.max, 300)])
    func backoffDoublesUpToItsBound(_ failures: Int, _ seconds: Int) {
        #expect(RetryPolicy(maxAttempts: 3).backoff(afterFailure: failures, jitter: 0) == .seconds(seconds))
    }

    @Test func backoffKeepsItsBounds() {
        var policy = RetryPolicy(maxAttempts: 3)
        (policy.backoffMin, policy.backoffMax) = (.seconds(10), .seconds(4))
        #expect(policy.backoff(afterFailure: 1, jitter: 0) == .seconds(4))
        (policy.backoffMin, policy.backoffMax) = (.zero, .seconds(4))
        #expect(policy.backoff(afterFailure: 5, jitter: 0.3) == .zero)
        // The longest that a configuration can name must not overflow.
        (policy.backoffMin, policy.backoffMax) = (.seconds(36_525 * 86_400), .seconds(36_525 * 86_400))
        let longest = policy.backoff(afterFailure: 99, jitter: 0).inSeconds
        #expect(abs(longest - 36_525 * 86_400) < 1)
    }

    @Test func jitterTakesUpToHalfAway() {
        let policy = RetryPolicy(maxAttempts: 3)
        #expect(policy.backoff(afterFailure: 4, jitter: 1) == .seconds(4))
        var random = SeededGenerator(seed: 1)
        for failures in 1...12 {
            let whole = policy.backoff(afterFailure: failures, jitter: 0)
            let some = policy.backoff(afterFailure: failures, jitter: .random(in: 0...1, using: &random))
            #expect(some <= whole && some >= whole / 2)
        }
    }

    /// Whatever happens to it, a task ends: failures and lost workers are both bounded.
    @Test(arguments: 1...50 as ClosedRange<UInt64>)
    func everyTaskEnds(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var policy = RetryPolicy(maxAttempts: .random(in: 1...6, using: &random))
        policy.maxLost = .random(in: 1...4, using: &random)
        let troubles: [AttemptOutcome] = [.failed, .timedOut, .lost]
        var (attempt, lost) = (0, 0)
        for _ in 0..<(policy.maxAttempts + policy.maxLost) {
            attempt += 1
            let outcome = troubles.randomElement(using: &random) ?? .failed
            lost += outcome == .lost ? 1 : 0
            let next = disposition(of: outcome, mayRetry: true, attempt: attempt, lost: lost, policy: policy, jitter: 0)
            if next == .end(.failed) {
                #expect(outcome == .lost ? lost == policy.maxLost : attempt - lost == policy.maxAttempts)
                return
            }
        }
        Issue.record("still queued after \(attempt) attempts")
    }
}
