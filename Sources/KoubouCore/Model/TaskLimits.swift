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
    /// Bytes of memory of all processes of the task together, by a cgroup; of each process where none is delegated to us.
    public var memoryMax: Int?
    /// Processes and threads of the task together, by a cgroup.
    public var pidsMax: Int?
    /// The task's share of a busy processor, against 100 of each other one; by a cgroup.
    public var cpuWeight: Int?

    public init() {}

    /// Those limits that a controller of the kernel's cgroups bounds: their keys, and its name.
    public var ofCgroup: [(key: String, controller: String)] {
        [
            ("memory_max", memoryMax, "memory"), ("pids_max", pidsMax, "pids"), ("cpu_weight", cpuWeight, "cpu"),
        ].filter { $0.1 != nil }.map { ($0.0, $0.2) }
    }

    /// What becomes of each limit whose controller is not among `controllers`.
    public func shortfalls(with controllers: Set<String>) -> [(key: String, effect: String)] {
        ofCgroup.filter { !controllers.contains($0.controller) }.map { key, controller in
            let effect = key == "memory_max" ? "bounds each process of a task by itself" : "has no effect"
            return (key, "\(effect): no cgroup with the \(controller) controller is delegated to kouboud")
        }
    }
}
