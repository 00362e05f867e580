import Glibc
import Testing

@testable import KoubouCore

/// A pool that works while its processes are killed, stopped and told to leave, and tasks come and are cancelled.
final class ChaosRun {
    /// What a task was made to do.
    struct Order {
        /// It fails that often before it completes, if it ever does.
        let failures: Int
        var isHopeless: Bool { failures == Order.always }
        static let always = 1000
        var cancelAsked = false
    }

    static let maxAttempts = 3
    private static let workers = 6

    let home: Home
    private(set) var orders: [TaskID: Order] = [:]
    private(set) var blows: [String: Int] = [:]
    private(set) var supervisorStarts = 0
    /// Submits that were told to try again.
    private(set) var refusals = 0
    private var random: ChaosGenerator
    private let store: Store
    private var supervisor: RunningProgram
    private var supervisorIsStopped = false
    private var cancels: [RunningProgram] = []

    init(_ random: ChaosGenerator) throws {
        self.random = random
        home = try Home()
        _ = try home.queue()
        try home.write(
            """
            [pool]
            min = \(Self.workers)
            max = \(Self.workers)
            poll = 100ms
            heartbeat_timeout = 1s
            memory_min = 0
            memory_pressure_max = 100
            [task]
            kill_grace = 500ms
            [type exec]
            max_attempts = \(Self.maxAttempts)
            max_lost = 1000
            backoff_min = 20ms
            backoff_max = 100ms
            """, to: home.path + "/koubou.conf")
        // The lock lives as long as any process of the attempt; the mark of completion is the last act.
        try home.write(
            """
            exec 9>>"locks/$KOUBOU_TASK_ID"
            flock -n 9 || { echo "$KOUBOU_TASK_ID" >>twice; exit 1; }
            echo "$KOUBOU_ATTEMPT" >>"attempts/$KOUBOU_TASK_ID"
            sleep "$1"
            if [ "$(cat "failures/$KOUBOU_TASK_ID" 2>/dev/null | wc -l)" -lt "$2" ]; then
              echo >>"failures/$KOUBOU_TASK_ID"
              exit 1
            fi
            : >"done/$KOUBOU_TASK_ID"
            """, to: "task.sh")
        for name in ["locks", "attempts", "failures", "done"] { try makeFolder(home.folder + "/" + name) }
        store = try home.openStore()
        supervisor = try home.start("kouboud")
        supervisorStarts = 1
    }

    /// Submits `count` tasks in the course of `time`, with a blow every 50 to 200 ms, then lets all come to rest.
    func run(tasks count: Int, for time: Duration) throws {
        let start = MonotonicClock.now
        while orders.count < count {
            letRun(for: .milliseconds(Int.random(in: 50...200, using: &random)))
            try keepSupervised()
            let due = Int((Double(count) * ((MonotonicClock.now - start) / time)).rounded(.up))
            try submit(min(due, count) - orders.count)
            if random.oneIn(4) { try cancel() }
            try strike()
            cancels.removeAll { !$0.isRunning }
        }
        if supervisorIsStopped { supervisor.signal(SIGCONT) }
        try eventually(0, within: .patience + time / 2) {
            try keepSupervised()
            usleep(20_000)
            return try store.unendedCount()
        }
        try eventually(true) { cancels.allSatisfy { !$0.isRunning } }
    }

    /// Drains the pool; nothing of it may be left.
    func end() throws {
        // One that was just started does not heed signals before it has entered itself.
        try eventually(true) {
            try keepSupervised()
            return try store.supervisor()?.process.pid == supervisor.pid
        }
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
        try eventually([]) { home.processes }
    }

    private func keepSupervised() throws {
        guard !supervisor.isRunning else { return }
        supervisor = try home.start("kouboud")
        supervisorIsStopped = false
        supervisorStarts += 1
    }

    private func submit(_ count: Int) throws {
        guard count > 0 else { return }
        var made: [Order] = []
        let lines = (0..<count).map { _ in
            // Of ten tasks one fails for good, and three once or twice.
            let failures = [0, 0, 0, 0, 0, 0, 1, 1, 2, Order.always].randomElement(using: &random) ?? 0
            made.append(Order(failures: failures))
            let seconds = Double(Int.random(in: 0...60, using: &random)) / 1000
            return "{\"argv\":[\"/bin/sh\",\"task.sh\",\"\(seconds)\",\"\(failures)\"]}"
        }
        let output = try home.koubouctl("submit", "--jsonl", stdin: lines.joined(separator: "\n"))
        if output.status == ExitCode.temporaryFailure.rawValue, output.stdout.isEmpty {
            refusals += 1  // who was stopped held the lock: nothing is stored, and the client tries again
            return
        }
        #expect(output.status == 0, "\(output.errors)")
        let ids = output.lines.compactMap { Int64($0).map(TaskID.init) }
        #expect(ids.count == count)
        for (id, order) in zip(ids, made) {
            #expect(orders[id] == nil, "an id was given out twice")
            orders[id] = order
        }
    }

    /// Cancels one of the newest tasks, which may wait, run, or have ended.
    private func cancel() throws {
        guard let last = orders.keys.max(),
            let id = orders.keys.filter({ $0.number > last.number - 10 }).sorted()
                .randomElement(using: &random)
        else { return }
        orders[id]?.cancelAsked = true
        cancels.append(try home.start("koubouctl", "cancel", "\(id)"))
    }

    private func strike() throws {
        let signal = [SIGKILL, SIGKILL, SIGKILL, SIGTERM, SIGTERM, SIGSTOP].randomElement(using: &random) ?? SIGKILL
        if supervisorIsStopped, random.oneIn(4) {
            supervisor.signal(SIGCONT)
            supervisorIsStopped = false
        }
        if random.oneIn(12) {
            guard supervisor.isRunning else { return }
            supervisor.signal(signal)
            if signal == SIGSTOP { supervisorIsStopped = true }
            if signal == SIGKILL { try eventually(false) { supervisor.isRunning } }
            count(signal, "supervisor")
        } else if let worker = try store.workers().randomElement(using: &random) {
            if worker.process.send(signal) { count(signal, "workers") }
        }
    }

    private func count(_ signal: Int32, _ target: String) {
        blows["SIG\(signalName(Int(signal))) at \(target)", default: 0] += 1
    }
}
