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

    public init() {}
}
