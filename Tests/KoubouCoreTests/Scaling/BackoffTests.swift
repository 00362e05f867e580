import Testing

@testable import KoubouCore

struct BackoffTests {
    @Test func doublesUpToItsLimit() {
        var backoff = Backoff(first: .seconds(1), limit: .seconds(30))
        #expect(backoff.wait(at: .zero) == nil)
        var now: Duration = .seconds(100)
        for expected in [1, 2, 4, 8, 16, 30, 30, 30] {
            backoff.noteFailure(begun: now, at: now)
            #expect(backoff.wait(at: now) == .seconds(expected))
            now += .seconds(expected)
            #expect(backoff.wait(at: now - .milliseconds(1)) == .milliseconds(1))
            #expect(backoff.wait(at: now) == nil)
            now += .seconds(1)
        }
        for _ in 0..<100 {
            backoff.noteFailure(begun: now, at: now)
            now += .seconds(31)
        }
        #expect(backoff.failures == 108)
        backoff.noteSuccess()
        #expect(backoff.failures == 0)
        #expect(backoff.wait(at: now) == nil)
    }

    @Test func whatWasBegunTogetherFailsOnce() {
        var backoff = Backoff(first: .milliseconds(100), limit: .seconds(30))
        for delay in [5, 6, 7] { backoff.noteFailure(begun: .zero, at: .milliseconds(delay)) }
        #expect(backoff.failures == 1)
        #expect(backoff.wait(at: .milliseconds(7)) == .milliseconds(98))
        backoff.noteFailure(begun: .milliseconds(105), at: .milliseconds(110))
        #expect(backoff.failures == 2)
        #expect(!backoff.isFollowed(by: .milliseconds(105)))
        #expect(backoff.isFollowed(by: .milliseconds(111)))
    }
}
