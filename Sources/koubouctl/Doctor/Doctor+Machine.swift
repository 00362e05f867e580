import Glibc
import KoubouCore

extension Doctor {
    func checkMachine() {
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            report(.openFiles(Int(clamping: limit.rlim_cur)))
        }
        let limited = configuration.types.values.filter { !$0.limits.keysOfCgroup.isEmpty }.sorted { $0.name < $1.name }
        guard let key = limited.first?.limits.keysOfCgroup.first else { return }
        let types = limited.map(\.name).joined(separator: ", ")
        guard let supervisor else {
            return report(.ok(key, "of \(types); whether it has an effect shows when a supervisor runs"))
        }
        report(
            DelegatedCgroup.isTakenOver(by: supervisor.process.pid)
                ? .ok(key, "of \(types), by a cgroup that is delegated to the supervisor")
                : .warn(
                    key, "of \(types) has no effect: no cgroup is delegated to the supervisor",
                    "run kouboud by systemd with Delegate=yes, as etc/systemd/kouboud.service does"))
    }
}
