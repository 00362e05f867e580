/// Names a worker by its slot: `worker_001`. A slot is used again when its worker has left.
public struct WorkerID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let slot: Int

    public init(slot: Int) { self.slot = slot }

    /// Reads `worker_001`; nil for anything else.
    public init?(_ text: String) {
        guard text.hasPrefix("worker_"), let slot = Int(text.dropFirst(7)), slot > 0,
            WorkerID(slot: slot).description == text
        else { return nil }
        self.slot = slot
    }

    public var description: String {
        let digits = String(slot)
        return "worker_" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }

    public static func < (left: WorkerID, right: WorkerID) -> Bool { left.slot < right.slot }
}

/// What a worker is doing. The raw value is the word of the schema and of JSON.
public enum WorkerStatus: String, CaseIterable, Sendable {
    /// Started, and not yet heard of.
    case starting
    case idle
    case busy
    /// Finishes what it runs and leaves; claims nothing more.
    case draining
}

/// One row of the table `workers`: it lives as long as its process.
public struct WorkerRecord: Sendable {
    public let id: WorkerID
    public let process: ProcessIdentity
    public let status: WorkerStatus
    public let task: TaskID?
    public let tasksCompleted: Int
    public let tasksFailed: Int
    /// Text of the moment it last became idle; a change of it means that it was busy in between.
    public let idleSince: String?
    public let lastHeartbeat: String
}
