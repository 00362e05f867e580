import Glibc

/// Time that no one can set, as a `Duration` since boot, suspends not counted (CLOCK_MONOTONIC).
public enum MonotonicClock {
    public static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Waits, where there is no loop to wait in; a signal may end it early.
    public static func pause(for duration: Duration) {
        let (seconds, attoseconds) = duration.components
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        nanosleep(&time, nil)
    }
}

extension Duration {
    /// Whole milliseconds, rounded up: a timer must not fire early.
    public var millisecondsRoundedUp: Int {
        let (seconds, attoseconds) = components
        let attosecondsEach: Int64 = 1_000_000_000_000_000
        // Division of a negative number rounds up by itself.
        return Int(seconds) * 1000 + Int((attoseconds + (attoseconds > 0 ? attosecondsEach - 1 : 0)) / attosecondsEach)
    }

    /// As a number of seconds, for JSON and the schema.
    public var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
