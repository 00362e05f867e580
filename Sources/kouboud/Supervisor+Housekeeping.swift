import Glibc
import KoubouCore

/// What is done from time to time.
extension Supervisor {
    /// A step of pruning takes this many tasks, so that nobody waits long for the write lock.
    private static let pruneStep = 200

    /// How long the log of a slot beyond `max` is kept after its last line.
    private static let logAge: Duration = .seconds(86_400)

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
        deleteLogsOfTheGone()
        loop.after(.seconds(20)) { [self] in repeatHousekeeping() }
    }

    /// Slots are given out again, the lowest first, so that a pool which was once larger leaves logs that nobody goes on with.
    private func deleteLogsOfTheGone() {
        guard let taken = try? Set(store.workers().map(\.id)) else { return }
        let folder = parentFolder(of: home.workerLog(WorkerID(slot: 1)))
        let now = Clock.now
        for name in fileNames(in: folder) {
            let parts = name.split(separator: ".")
            guard parts.count >= 2, parts[1] == "log", let id = WorkerID(String(parts[0])), !taken.contains(id),
                id.slot > configuration.pool.workers.upperBound, let status = fileStatus(folder + "/" + name),
                now - Timestamp(millisecondsSince1970: Int64(status.st_mtim.tv_sec) * 1000) > Self.logAge
            else { continue }
            unlink(folder + "/" + name)
        }
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
