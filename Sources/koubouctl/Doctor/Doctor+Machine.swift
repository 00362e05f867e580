import Glibc
import KoubouCore

extension Doctor {
    func checkMachine() {
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            report(.openFiles(Int(clamping: limit.rlim_cur)))
        }
        let limited = configuration.types.values.filter { !$0.limits.ofCgroup.isEmpty }.sorted { $0.name < $1.name }
        let controllers =
            limited.isEmpty ? [] : supervisor.flatMap { DelegatedCgroup.of(supervisor: $0.process.pid)?.controllers } ?? []
        for type in limited {
            let shortfalls = type.limits.shortfalls(with: controllers)
            for (key, _) in type.limits.ofCgroup {
                guard supervisor != nil else {
                    report(.ok(key, "of \(type.name); whether it has an effect shows when a supervisor runs"))
                    continue
                }
                guard let shortfall = shortfalls.first(where: { $0.key == key }) else {
                    report(.ok(key, "of \(type.name), by a cgroup that is delegated to the supervisor"))
                    continue
                }
                report(
                    .warn(
                        key, "of \(type.name) \(shortfall.effect)",
                        "run kouboud by systemd with Delegate=yes, as etc/systemd/kouboud.service does"))
            }
        }
    }
}
