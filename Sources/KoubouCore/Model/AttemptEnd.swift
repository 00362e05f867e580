/// Why an attempt ended. The raw value is the word of `task_attempt.outcome`.
public enum AttemptOutcome: String, CaseIterable, Sendable {
    case completed
    case failed
    case timedOut = "timed_out"
    case cancelled
    /// Its worker died under it.
    case lost
    /// Given back by a worker that had to leave; it does not count.
    case requeued
    /// Its server was too busy or had no more to give; it does not count.
    case deferred

    /// True when the attempt keeps its number, and the next one gets another.
    var counts: Bool {
        switch self {
        case .completed, .failed, .timedOut, .cancelled, .lost: true
        case .requeued, .deferred: false
        }
    }
}

/// How one attempt ended, with all that is kept of it.
public struct AttemptEnd: Sendable {
    public var outcome: AttemptOutcome
    public var exitStatus: Int?
    public var signal: Int?
    /// What went wrong, in words for a person, and how to mend it.
    public var error: String?
    /// False when another attempt could not end better, such as with a program that isn't installed.
    public var mayRetry = true
    public var cpuTime: Duration = .zero
    /// Bytes.
    public var peakMemory = 0
    public var stdout = Output.none
    public var stderr = Output.none
    /// The last part of stderr, kept with the attempt.
    public var stderrTail: [UInt8] = []
    /// What the program told about itself, for the task's metadata: values as JSON.
    public var metadata: [(key: String, json: String)] = []
    /// Of a deferred one: when its server wants to be asked again. Of a lost one: the pause before the next.
    public var retryAfter: Duration?
    /// Of a deferred one: until then no task of its type could do better.
    public var pausesTypeUntil: Timestamp?

    /// False when what was launched elsewhere may still run: no other attempt may begin before a person has looked.
    public private(set) var isReaped = true

    /// Notes that what was launched could not be reaped, and why.
    public mutating func noteUnreaped(_ trouble: String) {
        isReaped = false
        error = (error.map { $0 + "; " } ?? "") + "what was launched may still run: its reap \(trouble)"
    }

    /// What a stream of a task left behind.
    public enum Output: Equatable, Sendable {
        case none
        /// Small enough for the database.
        case bytes([UInt8])
        /// Too large for it: the file in `results/`, already on disk.
        case file(String)
    }

    public init(_ outcome: AttemptOutcome, error: String? = nil) { (self.outcome, self.error) = (outcome, error) }
}
