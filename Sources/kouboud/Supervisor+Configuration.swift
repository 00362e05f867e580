import Glibc
import KoubouCore

/// What the supervisor works by, and when that changes.
extension Supervisor {
    func reload() {
        manager?.tell("RELOADING=1")
        defer { manager?.tell("READY=1") }
        log.reopen()
        for pid in children.keys { kill(pid, SIGHUP) }
        _ = refusals.ends()  // whoever asks again is told again
        if apply(poolSettings) {
            generation += 1
            tick()
        }
    }

    func heedPoolSettings() throws(StoreError) {
        let kept = try store.poolSettings()
        if !kept.elementsEqual(poolSettings, by: ==), apply(kept) { poolSettings = kept }
        if shownLimits != configuration.pool {
            _ = try store.becomeSupervisor(process, limits: configuration.pool, at: Clock.now)
            shownLimits = configuration.pool
        }
    }

    /// Reads the configuration again; a bad one is refused, and the old one stays.
    private func apply(_ settings: [(key: String, value: String)]) -> Bool {
        do { configuration = try load(settings) } catch {
            let line = (error as? any UserFacingError)?.line ?? "\(error)"
            if refusals.begins(line) { log.error("configuration refused, the old one stays", ["error": line]) }
            return false
        }
        _ = refusals.ends()
        log.settings = configuration.log
        let workers = configuration.pool.workers
        log.info("configuration read", ["min": workers.lowerBound, "max": workers.upperBound])
        record(.configure, because: configuration.pool.text)
        return true
    }
}
