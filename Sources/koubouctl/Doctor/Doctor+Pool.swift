import KoubouCore

extension Doctor {
    func checkConfiguration() {
        do {
            let kept = try store?.poolSettings() ?? []
            configuration = try Configuration.load(home: home, environment: environment, poolSettings: kept)
            let (low, high) = (configuration.pool.workers.lowerBound, configuration.pool.workers.upperBound)
            report(.ok("configuration", "\(low) to \(high) workers, \(configuration.types.count) task types"))
        } catch { report(.fail("configuration", error)) }
    }

    func checkPool() {
        guard let store else { return }
        do {
            supervisor = try store.supervisor().flatMap { $0.process.isAlive ? $0 : nil }
            checkSupervisor(waiting: try waitingTasks(of: nil))
            try checkWorkers(store)
            for hindrance in try store.hindrances() {
                report(
                    .warn(
                        "pool", hindrance,
                        hindrance.hasPrefix("paused") ? "to go on, run: koubouctl resume" : "see 'koubouctl logs'"))
            }
        } catch { report(.fail("pool", error)) }
    }

    /// Tasks of `type`, or of every one, that want a worker or have one.
    func waitingTasks(of type: String?) throws -> Int {
        try store?.taskCounts().filter { !$0.status.isEnded && ($0.type == type ?? $0.type) }
            .reduce(0) { $0 + $1.count } ?? 0
    }

    private func checkSupervisor(waiting: Int) {
        guard let supervisor else {
            return report(
                .warn(
                    "supervisor", "none runs" + (waiting > 0 ? ", and \(waiting) tasks wait" : ""),
                    "run: koubouctl start"))
        }
        let process = supervisor.process
        let running = fileStatus("/proc/\(process.pid)/exe")
        let installed = fileStatus(siblingProgram("kouboud"))
        if let running, let installed, running.st_ino != installed.st_ino || running.st_dev != installed.st_dev {
            return report(
                .warn(
                    "supervisor", "process \(process.pid) runs another kouboud than the one beside this koubouctl",
                    "after an upgrade, run: koubouctl stop && koubouctl start"))
        }
        let since = LocalZone.system.stamp(supervisor.startedAt)
        report(.ok("supervisor", "process \(process.pid), since \(since), version \(Version.text)"))
    }

    private func checkWorkers(_ store: Store) throws {
        let workers = try store.workers()
        var isWell = true
        func warn(_ detail: String, _ remedy: String) {
            isWell = false
            report(.warn("workers", detail, remedy))
        }
        for worker in workers {
            let name = "\(worker.id) (process \(worker.process.pid))"
            if !worker.process.isAlive {
                warn("\(name) has died", supervisor == nil ? "run: koubouctl start" : "the supervisor sees to it")
            } else if let beat = Timestamp(worker.lastHeartbeat), Clock.now - beat > configuration.heartbeatTimeout {
                let since = LocalZone.system.stamp(beat)
                warn("\(name) gives no sign of life since \(since)", "see 'koubouctl logs --worker \(worker.id)'")
            }
        }
        if isWell { report(.ok("workers", workers.isEmpty ? "none" : "\(workers.count) alive")) }
    }
}
