/// What a load test has measured so far.
public struct LoadReport: Sendable {
    /// Finds its tasks.
    public let tag: String
    /// How many it is to hand in, and has handed in.
    public let tasks: Int
    public var submitted = 0
    /// Until the last one was handed in.
    public var submitTime: Duration = .zero
    public private(set) var waiting = DurationHistogram()
    public private(set) var running = DurationHistogram()
    public var workers = SampleSeries(step: .milliseconds(200))
    private let start: Timestamp
    private var lastEnd: Timestamp
    private var counts: [TaskState: Int] = [:]

    public init(tag: String, tasks: Int, start: Timestamp) {
        (self.tag, self.tasks, self.start, lastEnd) = (tag, tasks, start, start)
    }

    public mutating func add(_ end: LoadEnd) {
        counts[end.status, default: 0] += 1
        lastEnd = max(lastEnd, end.at)
        // What was cancelled says nothing about the pool.
        guard end.status != .cancelled else { return }
        if let time = end.waiting { waiting.add(time) }
        if let time = end.running { running.add(time) }
    }

    public func count(_ status: TaskState) -> Int { counts[status] ?? 0 }
    public var ended: Int { counts.values.reduce(0, +) }

    /// From the first submit to the last end.
    public var elapsed: Duration { lastEnd - start }

    /// Tasks that completed or failed per second.
    public var throughput: Double {
        let seconds = elapsed.inSeconds
        return seconds > 0 ? Double(count(.completed) + count(.failed)) / seconds : 0
    }

    /// For people; the curve of the pool's size takes what `columns` leave.
    public func lines(columns: Int, isUTF8: Bool) -> [String] {
        let open = submitted - ended
        let counts = [
            (count(.completed), "completed"), (count(.failed), "failed"), (count(.cancelled), "cancelled"),
            (open, "open"),
        ]
        .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let curve = Sparkline.text(workers.thinned(to: max(10, columns - 12)), columns: columns - 12, isUTF8: isUTF8)
        return [
            "tasks       \(submitted) submitted" + counts.map { ", " + $0 }.joined(),
            "time        \(ElapsedText.text(elapsed)), submitting took \(ElapsedText.text(submitTime))",
            "throughput  \(RateText.text(perSecond: throughput))",
            "waiting     " + Self.text(waiting),
            "running     " + Self.text(running),
            "workers     \(workers.min) to \(workers.max), \(Self.tenths(workers.mean)) on average",
            "            \(curve)",
        ]
    }

    private static func text(_ histogram: DurationHistogram) -> String {
        let parts = [("p50", 50), ("p90", 90), ("p95", 95), ("p99", 99), ("max", 100)].compactMap { name, percent in
            histogram.percentile(percent).map { "\(name) \(ElapsedText.text($0))" }
        }
        return parts.isEmpty ? "nothing ended" : parts.joined(separator: "  ")
    }

    private static func tenths(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
