import Testing

@testable import KoubouCore

struct MonotonicClockTests {
    @Test func neverGoesBack() {
        var last = MonotonicClock.now
        for _ in 0..<1000 {
            let now = MonotonicClock.now
            guard now >= last else {
                Issue.record("\(now) after \(last)")
                return
            }
            last = now
        }
    }

    @Test(arguments: [
        (Duration.zero, 0), (.nanoseconds(1), 1), (.milliseconds(1), 1), (.microseconds(1001), 2), (.seconds(90), 90_000),
        (.seconds(36_525 * 86_400), 3_155_760_000_000), (.seconds(-3), -3000),
    ])
    func roundsUpToMilliseconds(_ duration: Duration, _ milliseconds: Int) {
        #expect(duration.millisecondsRoundedUp == milliseconds)
    }

    @Test func isANumberOfSecondsAtTheEdge() {
        #expect(Duration.milliseconds(1500).inSeconds == 1.5)
        #expect(Duration.zero.inSeconds == 0)
    }

    @Test func theWallClockIsRight() {
        #expect(Clock.now > Timestamp("2025-01-01 00:00:00") ?? .test(0))
    }
}
