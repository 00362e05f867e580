import Testing

@testable import KoubouCore

struct LostPolicyTests {
    @Test(arguments: [
        (LostPolicy.retry, 1, Disposition.requeue), (.retry, 3, .end(.failed)), (.fail, 1, .end(.failed)), (.hold, 1, .hold),
    ])
    func decidesAboutALostTask(_ lostPolicy: LostPolicy, _ lost: Int, _ becomes: Disposition) {
        var policy = RetryPolicy(maxAttempts: 9)
        policy.onLost = lostPolicy
        #expect(disposition(of: .lost, mayRetry: true, attempt: lost, lost: lost, policy: policy, jitter: 0) == becomes)
    }

    @Test(arguments: [LostPolicy.fail, .hold])
    func saysNothingAboutFailures(_ lostPolicy: LostPolicy) {
        var policy = RetryPolicy(maxAttempts: 2)
        policy.onLost = lostPolicy
        let failed = disposition(of: .failed, mayRetry: true, attempt: 1, lost: 0, policy: policy, jitter: 0)
        #expect(failed == .retry(after: .seconds(1)))
    }
}
