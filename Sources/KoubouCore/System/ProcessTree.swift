import Glibc

/// What a set of processes takes.
public struct ProcessLoad: Equatable, Sendable {
    /// Processor time since they began, that of children that have ended included.
    public let cpuTime: Duration
    /// Bytes that are resident; what several processes share counts for each.
    public let memory: Int

    public init(cpuTime: Duration, memory: Int) { (self.cpuTime, self.memory) = (cpuTime, memory) }
}

/// The processes at one moment, by parent.
public struct ProcessTree {
    private let children: [pid_t: [ProcessStatus]]

    public init(_ processes: [ProcessStatus]) { children = Dictionary(grouping: processes, by: \.parent) }

    /// What all that descends from `ancestor` takes, without itself. Of a worker: its task's processes, also those that left the
    /// task's group, since a worker inherits what loses its parent.
    public func load(below ancestor: pid_t) -> ProcessLoad {
        var (ticks, pages): (UInt64, UInt64) = (0, 0)
        var waiting = children[ancestor] ?? []
        var seen: Set<pid_t> = [ancestor]
        while let process = waiting.popLast() {
            // Processes come and go while /proc is read: a pid may stand in it twice.
            guard seen.insert(process.pid).inserted else { continue }
            ticks &+= process.cpuTicks
            pages &+= process.residentPages
            waiting += children[process.pid] ?? []
        }
        return ProcessLoad(
            cpuTime: .milliseconds(Int64(clamping: ticks) * 1000 / Int64(sysconf(Int32(_SC_CLK_TCK)))),
            memory: Int(clamping: pages) * sysconf(Int32(_SC_PAGESIZE)))
    }
}
