import KoubouCore

/// What the service manager hears of the supervisor.
extension Supervisor {
    /// As long as the loop turns.
    func repeatSigns() {
        guard let manager, let patience = manager.patience else { return }
        manager.tell("WATCHDOG=1")
        loop.after(patience / 3) { [self] in repeatSigns() }
    }

    func tellStop() {
        manager?.tell("STOPPING=1")
        tellStatus()
    }

    /// Says once that other programs are where ours were, and with which ones the pool goes on.
    func heedUpgrade() {
        let wasReplaced = isReplaced
        isReplaced = worker.isReplaced
        guard isReplaced, !wasReplaced else { return }
        log.warn("programs replaced; the old ones go on here until: koubouctl stop && koubouctl start")
    }

    /// One line for `systemctl status`; told when it has changed.
    func tellStatus(_ trouble: String? = nil) {
        guard let manager else { return }
        let workers = "\(children.count) worker\(children.count == 1 ? "" : "s")"
        let work =
            switch phase {
            case .running: "\(pending) pending, \(workers)"
            case .draining: "draining, \(workers)"
            case .stopping: "stopping, \(workers)"
            }
        let upgrade = isReplaced ? "the programs were replaced: to run the new ones, start it anew" : nil
        let status = ([work] + [trouble ?? note, upgrade].compactMap { $0 }).joined(separator: "; ")
        guard status != toldStatus else { return }
        toldStatus = status
        manager.tell("STATUS=\(status)")
    }
}
