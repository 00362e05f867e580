import Glibc
import KoubouCore

extension Doctor {
    func checkMachine() {
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            report(.openFiles(Int(clamping: limit.rlim_cur)))
        }
        for type in configuration.types.values.sorted(by: { $0.name < $1.name }) { checkLimits(of: type) }
    }

    private func checkLimits(of type: TaskType) {
        let controllers = supervisor.flatMap { DelegatedCgroup.of(supervisor: $0.process.pid)?.controllers } ?? []
        let shortfalls = type.limits.shortfalls(with: controllers)
        for (key, _) in type.limits.ofCgroup {
            if supervisor == nil {
                report(.ok(key, "of \(type.name); whether it has an effect shows when a supervisor runs"))
            } else if let effect = shortfalls.first(where: { $0.key == key })?.effect {
                report(
                    .warn(
                        key, "of \(type.name) \(effect)",
                        "run kouboud by systemd with Delegate=yes, as etc/systemd/kouboud.service does"))
            } else {
                report(.ok(key, "of \(type.name), by a cgroup that is delegated to the supervisor"))
            }
        }
    }
}
