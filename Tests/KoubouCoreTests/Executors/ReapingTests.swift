import Testing

@testable import KoubouCore

struct ReapingTests {
    private static func settings(reap: [String]? = ["reap"]) -> LaunchSettings {
        var settings = LaunchSettings()
        (settings.reap, settings.lostStatus) = (reap, [250...255])
        return settings
    }

    @Test(arguments: [
        (ProcessEnd.Cause.exited(0), false, false), (.exited(1), false, false), (.exited(249), false, false),
        (.exited(255), false, true), (.exited(250), false, true), (.signalled(9), false, true),
        // Who was told to end may have left the task behind, whatever it says.
        (.exited(0), true, true), (.exited(143), true, true), (.signalled(15), true, true),
    ])
    func isNeededWhenTheEndIsNoProof(_ cause: ProcessEnd.Cause, _ wasStopped: Bool, _ isNeeded: Bool) {
        #expect(Reaping.isNeeded(after: cause, wasStopped: wasStopped, Self.settings()) == isNeeded)
        #expect(!Reaping.isNeeded(after: cause, wasStopped: wasStopped, Self.settings(reap: nil)))
    }

    @Test func triesUntilItsTimeIsOver() {
        var tries = Reaping(within: .seconds(90), from: .seconds(1000))
        var now: Duration = .seconds(1000)
        var count = 0
        // Each try hangs as long as it may.
        while true {
            count += 1
            let begun = now
            #expect(tries.limitOfTry(at: begun) <= .seconds(30))
            now += tries.limitOfTry(at: begun)
            guard case .again(let delay) = tries.step(afterFailure: begun, at: now) else { break }
            now += delay
        }
        #expect(count == 3 && now <= .seconds(1090))
    }

    @Test func waitsLongerAfterEachFailure() {
        var tries = Reaping(within: .seconds(600), from: .zero)
        var delays: [Duration] = []
        var now: Duration = .zero
        while case .again(let delay) = tries.step(afterFailure: now, at: now + .milliseconds(1)) {
            delays.append(delay)
            now += delay + .milliseconds(1)
        }
        #expect(delays.prefix(4) == [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2)])
        #expect(delays.max() == .seconds(30) && delays == delays.sorted())
    }

    @Test func nothingRunsAgainBeforeItIsReaped() {
        let policy = RetryPolicy(maxAttempts: 3)
        for outcome in AttemptOutcome.allCases {
            func next(_ isReaped: Bool) -> Disposition {
                disposition(of: outcome, mayRetry: true, attempt: 1, lost: outcome == .lost ? 1 : 0, policy: policy, jitter: 0, isReaped: isReaped)
            }
            switch next(true) {
            case .requeue, .retry: #expect(next(false) == .hold, "\(outcome)")
            case .end, .hold: #expect(next(false) == next(true), "\(outcome)")
            }
        }
    }

    @Test func queuesAreTold() {
        let mark = QueueMark(home: "/var/lib/koubou", machine: Array("a".utf8))
        #expect(mark.text.count == 8)
        #expect(mark.text != QueueMark(home: "/var/lib/koubou", machine: Array("b".utf8)).text)
        #expect(mark.text != QueueMark(home: "/var/lib/koubou2", machine: Array("a".utf8)).text)
        let longest = LaunchedAttempt(task: TaskID(.max), attempt: 1000, claim: .max, cwd: [], env: [], worker: WorkerID(slot: 1))
        #expect(longest.name(in: mark).utf8.count <= 63, "a label of DNS, as which Kubernetes takes it")
    }
}
