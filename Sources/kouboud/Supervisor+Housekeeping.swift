import Glibc
import KoubouCore

/// What is done from time to time.
extension Supervisor {
    /// A step of pruning takes this many tasks, so that nobody waits long for the write lock.
    private static let pruneStep = 200

    func repeatStatistics() {
        loop.after(configuration.statisticsInterval) { [self] in
            printStatistics()
            repeatStatistics()
        }
    }

    func printStatistics() {
        do {
            let text = StatisticsText.block(workers: try store.workers(), counts: try store.taskCounts())
            writeAll(text, to: STDOUT_FILENO)
            log.append(text)
        } catch {
            log.error("cannot count tasks", ["error": error.line])
        }
    }

    func tellRecurred(_ runs: [Store.RecurringRun]) {
        for run in runs {
            if let task = run.task {
                log.info("recurring task handed in", ["recurring": run.number, "task": task])
            } else {
                log.info("recurring task left out, its last run has not ended", ["recurring": run.number])
            }
        }
    }

    /// Once, at the start: only a crash leaves files behind.
    func sweepResults() {
        do {
            let count = try store.deleteOrphanedFiles()
            if count > 0 { log.info("files of lost attempts deleted", ["files": count]) }
        } catch {
            log.error("cannot tidy up", ["error": error.line])
        }
    }

    func repeatHousekeeping() {
        tidyUp()
        loop.after(.seconds(20)) { [self] in repeatHousekeeping() }
    }

    private func tidyUp() {
        do {
            try store.forgetDeadListeners()
            if configuration.retention > .zero, try prune() { loop.after(.milliseconds(200)) { [self] in tidyUp() } }
        } catch {
            log.error("cannot tidy up", ["error": error.line])
        }
    }

    /// - Returns: true when there may be more to prune.
    private func prune() throws(StoreError) -> Bool {
        let step = try store.prune(
            endedBefore: Clock.now + configuration.retention * -1, statuses: nil, limit: Self.pruneStep)
        for file in step.files { unlink(file) }
        try store.shrink()
        if step.tasks > 0 { log.info("tasks pruned", ["tasks": step.tasks]) }
        return step.tasks == Self.pruneStep
    }
}
