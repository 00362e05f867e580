import Glibc
import KoubouCore

/// What a worker without a supervisor does about others that are gone: nobody else sees to what they have left.
extension Worker {
    /// Takes leave of them before this worker enters itself.
    ///
    /// - Parameter slot: whose former worker is taken leave of also when a supervisor would see to that.
    static func buryTheGone(_ slot: WorkerID?, in store: Store, _ home: Home, _ configuration: Configuration) throws {
        let gone = try gone(slot, in: store)
        guard !gone.isEmpty else { return }
        let loop = try EventLoop()
        let log = Log(path: home.workerLog(gone[0].id), folders: home.logFolders, settings: configuration.log)
        let reaper = Reaper(home: home, store: store, loop: loop, log: log)
        reaper.onReaped = { loop.stop() }
        try loop.onSignal(SIGCHLD) {
            while let pid = endedChild() {
                if reaper.owns(pid) { reaper.reap(pid) } else { _ = ProcessEnd(reaping: pid) }
            }
        }
        for worker in gone { reaper.take(worker.id, worker.process, try store.killLeftovers(of: worker)) }
        while true {
            try reaper.bury(configuration, mayReap: true, tell: wake)
            if reaper.isDone { return }
            try loop.run()
        }
    }

    /// Takes leave of those that went meanwhile, if nothing has to be reaped for them: that would take too long.
    func buryTheGone() {
        attempt("record the end of a worker") { () throws(StoreError) in
            let reaper = Reaper(home: home, store: store, loop: loop, log: log)
            for worker in try Self.gone(id, in: store) {
                reaper.take(worker.id, worker.process, try store.killLeftovers(of: worker))
            }
            try reaper.bury(configuration, mayReap: false, tell: Self.wake)
        }
    }

    private static func gone(_ slot: WorkerID?, in store: Store) throws(StoreError) -> [WorkerRecord] {
        let isSeenTo = try store.supervisor()?.process.isAlive ?? false
        return try store.workers().filter { (!isSeenTo || $0.id == slot) && !$0.process.isAlive }
    }

    private static func wake(_ buried: Store.Buried, _ worker: WorkerID) {
        for process in buried.toWake { process.send(SIGUSR1) }
    }
}
