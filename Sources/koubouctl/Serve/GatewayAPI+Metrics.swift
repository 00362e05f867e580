import Glibc
import KoubouCore

/// `/metrics`: how the queue is, for Prometheus.
extension GatewayAPI {
    func metrics() throws -> String {
        let start = MonotonicClock.now
        try store.checkWritable()
        try store.sync()
        let commit = MonotonicClock.now - start
        try memory.meters.catchUp()
        var text = MetricsText()
        try writeQueue(to: &text)
        writeMeters(to: &text)
        try writePool(to: &text)
        text.begin("koubou_commit_seconds", .gauge, "Time that an empty write to the database took just now.")
        text.sample(commit.inSeconds)
        writeProcess(to: &text)
        return text.text
    }

    private func writeQueue(to text: inout MetricsText) throws {
        text.begin("koubou_tasks", .gauge, "Tasks by type and state.")
        for (type, status, count) in try store.taskCounts() {
            text.sample(Double(count), ["type": type, "status": status.rawValue])
        }
        text.begin(
            "koubou_oldest_pending_seconds", .gauge, "How long the oldest task waits that may run; 0 when none does.")
        let age = try store.oldestPending().map { Clock.now - $0 } ?? .zero
        text.sample(max(age, .zero).inSeconds)
        func size(_ path: String) -> Double { fileStatus(path).map { Double($0.st_size) } ?? 0 }
        text.begin("koubou_database_bytes", .gauge, "Size of the database file.")
        text.sample(size(store.home.database))
        text.begin("koubou_wal_bytes", .gauge, "Size of the write-ahead log of the database.")
        text.sample(size(store.home.database + "-wal"))
        if let room = FileSystemRoom(of: store.home.path) {
            text.begin("koubou_disk_available_bytes", .gauge, "Room on the file system of the home.")
            text.sample(Double(room.available))
        }
    }

    private func writeMeters(to text: inout MetricsText) {
        text.begin(
            "koubou_tasks_ended_total", .counter, "Tasks that have ended, by type and how, since the gateway started.")
        for (type, states) in memory.meters.ended.sorted(by: { $0.key < $1.key }) {
            for (status, count) in states.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                text.sample(Double(count), ["type": type, "status": status.rawValue])
            }
        }
        text.begin("koubou_attempts_total", .counter, "Attempts that have begun, by type, since the gateway started.")
        for (type, count) in memory.meters.attempts.sorted(by: { $0.key < $1.key }) {
            text.sample(Double(count), ["type": type])
        }
        text.begin("koubou_task_waiting_seconds", .histogram, "From when a task could run until an attempt began.")
        for (type, histogram) in memory.meters.waiting.sorted(by: { $0.key < $1.key }) {
            text.histogram(histogram, ["type": type])
        }
        text.begin("koubou_task_running_seconds", .histogram, "How long attempts ran.")
        for (type, histogram) in memory.meters.running.sorted(by: { $0.key < $1.key }) {
            text.histogram(histogram, ["type": type])
        }
        text.begin(
            "koubou_pool_decisions_total", .counter, "What the supervisor did to the pool, since the gateway started.")
        for (action, count) in memory.meters.decisions.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            text.sample(Double(count), ["action": action.rawValue])
        }
    }

    private func writePool(to text: inout MetricsText) throws {
        text.begin("koubou_workers", .gauge, "Workers by what they do.")
        let workers = try store.workers()
        for status in WorkerStatus.allCases {
            text.sample(Double(workers.count { $0.status == status }), ["status": status.rawValue])
        }
        let supervisor = try store.supervisor().flatMap { $0.process.isAlive ? $0 : nil }
        text.begin("koubou_supervisor_up", .gauge, "1 when a supervisor runs.")
        text.sample(supervisor == nil ? 0 : 1)
        if let supervisor {
            text.begin(
                "koubou_supervisor_start_time_seconds", .gauge,
                "When the supervisor started: it changes with each restart.")
            text.sample(Double(supervisor.startedAt.millisecondsSince1970) / 1000)
        }
    }

    /// Of the gateway itself, by the names that Prometheus has for every process.
    private func writeProcess(to text: inout MetricsText) {
        text.begin("koubou_build_info", .gauge, "The version of the gateway.")
        text.sample(1, ["version": Version.text])
        guard let status = ProcessStatus(of: getpid()) else { return }
        text.begin("process_cpu_seconds_total", .counter, "Processor time of the gateway.")
        text.sample(Double(status.cpuTicks) / Double(sysconf(Int32(_SC_CLK_TCK))))
        text.begin("process_resident_memory_bytes", .gauge, "Memory of the gateway.")
        text.sample(Double(status.residentPages) * Double(sysconf(Int32(_SC_PAGESIZE))))
    }
}
