import CLinux
import Glibc

/// Runs `body`, which spawns a process, with `limits` in force, so that the process inherits them; only then are ours
/// back. Safe because this program has one thread.
///
/// Limits are soft ones, as far as the hard ones allow. Not among them are `nice` and memory, which would bind us too: see
/// `setNice` and `setMemory`.
func withLimits<Result>(_ limits: TaskLimits, _ body: () -> Result) -> Result {
    let seconds = limits.cpuMax.map { UInt64(($0.millisecondsRoundedUp + 999) / 1000) }
    let wanted: [(kind: __rlimit_resource, value: UInt64?)] = [
        (RLIMIT_CPU, seconds), (RLIMIT_NOFILE, limits.filesMax.map(UInt64.init)),
        (RLIMIT_CORE, limits.coreMax.map(UInt64.init)),
    ]
    var saved: [(kind: __rlimit_resource, value: rlimit)] = []
    for (kind, value) in wanted {
        guard let value else { continue }
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(kind.rawValue), &limit) == 0 else { continue }
        saved.append((kind, limit))
        limit.rlim_cur = min(rlim_t(value), limit.rlim_max)
        setrlimit(__rlimit_resource_t(kind.rawValue), &limit)
    }
    defer {
        for (kind, limit) in saved {
            var limit = limit
            setrlimit(__rlimit_resource_t(kind.rawValue), &limit)
        }
    }
    return Umask.during(limits.umask, body)
}

/// Gives every process of the group `group` the nice value `value`; false when that is not permitted.
@discardableResult
public func setNice(_ value: Int, ofGroup group: pid_t) -> Bool {
    setpriority(__priority_which_t(PRIO_PGRP.rawValue), id_t(group), Int32(value)) == 0
}

/// Bounds the memory that process `pid` alone can write to and shares with nobody (RLIMIT_DATA, Linux 4.7 and later); what it
/// starts from now on inherits that. False when it has gone.
@discardableResult
public func setMemory(_ bytes: Int, ofProcess pid: pid_t) -> Bool {
    koubou_limit_data(pid, rlim_t(bytes)) == 0
}
