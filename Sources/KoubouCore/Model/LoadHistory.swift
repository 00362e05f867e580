/// How deep the queue was, how many tasks ran and how many ended, minute by minute. Levels are reckoned back from those of
/// now, so that no one has to sample them.
public struct LoadHistory: Sendable {
    /// What the events of one minute did.
    public struct Minute: Equatable, Sendable {
        /// By how many tasks the level rose in this minute; `seconds`: the same, each times how long it lasted in it.
        public struct Change: Equatable, Sendable {
            public var tasks: Int
            public var seconds: Double
            public init(tasks: Int = 0, seconds: Double = 0) { (self.tasks, self.seconds) = (tasks, seconds) }
        }

        public var pending = Change()
        public var active = Change()
        public var completed = 0
        public var failed = 0
        public init() {}
    }

    public enum Span: String, CaseIterable, Sendable {
        case hour, day

        public var minutes: Int { self == .hour ? 60 : 24 * 60 }
        /// Minutes that one point stands for.
        public var step: Int { self == .hour ? 1 : 15 }
    }

    /// Levels are means over the point's time.
    public struct Point: Equatable, Sendable {
        public var pending = 0.0
        public var active = 0.0
        public var completed = 0
        public var failed = 0
    }

    /// By minutes since 1970.
    private var minutes: [Int64: Minute] = [:]

    public init() {}

    public mutating func add(_ minute: Minute, at moment: Timestamp) {
        var sum = minutes[Self.index(moment)] ?? Minute()
        for path in [\Minute.pending, \.active] {
            sum[keyPath: path].tasks += minute[keyPath: path].tasks
            sum[keyPath: path].seconds += minute[keyPath: path].seconds
        }
        sum.completed += minute.completed
        sum.failed += minute.failed
        minutes[Self.index(moment)] = sum
    }

    /// Drops what is older than a day.
    public mutating func forgetOld(at now: Timestamp) {
        let oldest = Self.index(now) - Int64(Span.day.minutes)
        minutes = minutes.filter { $0.key >= oldest }
    }

    /// The points of the time that ends `now`, the last one with the present minute.
    /// - Parameters:
    ///   - pending: tasks that may run just now.
    ///   - active: tasks that run just now.
    public func points(_ span: Span, at now: Timestamp, pending: Int, active: Int) -> [Point] {
        var points = [Point](repeating: Point(), count: span.minutes / span.step)
        var (pending, active) = (Double(pending), Double(active))
        let last = Self.index(now)
        for age in 0..<span.minutes {
            let minute = minutes[last - Int64(age)] ?? Minute()
            let length = age == 0 ? Double(now.millisecondsSince1970 % 60_000) / 1000 : 60
            let index = points.count - 1 - age / span.step
            points[index].pending += Self.mean(minute.pending, endingAt: pending, after: length) / Double(span.step)
            points[index].active += Self.mean(minute.active, endingAt: active, after: length) / Double(span.step)
            points[index].completed += minute.completed
            points[index].failed += minute.failed
            pending -= Double(minute.pending.tasks)
            active -= Double(minute.active.tasks)
        }
        return points
    }

    /// The mean level of a minute of which `length` seconds have passed.
    private static func mean(_ change: Minute.Change, endingAt end: Double, after length: Double) -> Double {
        guard length > 0 else { return max(end, 0) }
        let start = end - Double(change.tasks)
        return max(start + (change.seconds - Double(change.tasks) * (60 - length)) / length, 0)
    }

    private static func index(_ moment: Timestamp) -> Int64 { moment.millisecondsSince1970 / 60_000 }
}
