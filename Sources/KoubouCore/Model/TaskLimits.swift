/// What the processes of a task may use; nil: as the supervisor itself.
public struct TaskLimits: Equatable, Sendable {
    public var nice: Int?
    public var umask: UInt32?
    /// Processor time of one process.
    public var cpuMax: Duration?
    /// Open files of one process.
    public var filesMax: Int?
    /// Bytes of a core file.
    public var coreMax: Int?
    /// Bytes of memory of all processes of the task together, by a cgroup where one is delegated to us.
    public var memoryMax: Int?
    /// Processes and threads of the task together, by a cgroup.
    public var pidsMax: Int?
    /// The task's share of a busy processor, against 100 of each other one; by a cgroup.
    public var cpuWeight: Int?

    public init() {}

    /// The keys of those limits that need a cgroup.
    public var keysOfCgroup: [String] {
        [("memory_max", memoryMax), ("pids_max", pidsMax), ("cpu_weight", cpuWeight)]
            .filter { $0.1 != nil }.map(\.0)
    }
}
