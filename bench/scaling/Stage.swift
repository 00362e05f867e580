import Glibc
import KoubouCore

/// One real pool under one trace, in a home of its own.
final class Stage {
    private static let tag = "trace"

    let trace: Trace
    let limits: PoolLimits
    private let folder: String
    private let home: Home
    private let store: Store
    private let supervisor: pid_t
    private var next = 0
    private var done = 0
    private var waits: [Int] = []
    private(set) var runs: [Int] = []
    /// How long the last attempts of those that killed their workers had to wait, from when they were handed in.
    private(set) var deadly: [Int] = []
    private var lastEvent: Int64 = 0
    private var lastSample: Duration = .zero
    /// Worker time up to the last sample.
    private var workerTime: Duration = .zero

    init(_ trace: Trace, _ limits: PoolLimits, poll: Duration, programs: String) throws {
        (self.trace, self.limits) = (trace, limits)
        var template = Array("/tmp/koubou-scaling-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp") }
        folder = template.withUnsafeBufferPointer { String(decoding: $0.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self) }
        home = try Home(option: folder + "/home", environment: [:])
        store = try Store(home: home)
        let words = [
            programs + "/kouboud", "--home", home.path, "--min", "\(limits.workers.lowerBound)",
            "--max", "\(limits.workers.upperBound)", "--idle-timeout", DurationText.text(limits.idleTimeout),
            "--policy", limits.policy.rawValue, "--target-wait", DurationText.text(limits.targetWait),
            "--poll", DurationText.text(poll),
        ]
        let output = try FileDescriptor(opening: folder + "/output", O_WRONLY | O_CREAT)
        var plan = SpawnPlan(arguments: words.map { Array($0.utf8) }, environment: Environment.words)
        plan.descriptors = [1: output.number, 2: output.number]
        supervisor = try spawn(plan)
        let deadline = MonotonicClock.now + .seconds(10)
        while try store.supervisor() == nil, MonotonicClock.now < deadline { MonotonicClock.pause(for: .milliseconds(10)) }
    }

    /// When the next task is to be handed in.
    var nextArrival: Duration? { next < trace.tasks.count ? .milliseconds(trace.tasks[next].arrival) : nil }

    /// Hands in what is due at `time`, and counts workers.
    /// - Returns: false when the trace is over and all is done.
    func step(at time: Duration) throws -> Bool {
        guard done < trace.tasks.count || time < .milliseconds(trace.end) else { return false }
        var due: [NewTask] = []
        while let arrival = nextArrival, arrival <= time {
            due.append(task(trace.tasks[next]))
            next += 1
        }
        if !due.isEmpty {
            _ = try store.submit(due, at: Clock.now)
            for process in try store.processesToWake(forTasks: due.count) { process.send(SIGUSR1) }
        }
        if time - lastSample >= .milliseconds(50) || lastSample == .zero {
            workerTime += (time - lastSample) * (try store.workers().count)
            lastSample = time
            let (ends, last) = try store.ends(ofTag: Self.tag, after: lastEvent, limit: 10_000)
            lastEvent = last
            for end in ends {
                done += 1
                guard let waiting = end.waiting, let running = end.running else { continue }
                guard end.status == .completed else {
                    deadly.append(Int((waiting.inSeconds * 1000).rounded()))
                    continue
                }
                waits.append(Int((waiting.inSeconds * 1000).rounded()))
                runs.append(Int((running.inSeconds * 1000).rounded()))
            }
        }
        return true
    }

    private func task(_ task: TraceTask) -> NewTask {
        var new = NewTask(type: task.isPoison ? "shell" : task.type, cwd: Array("/".utf8))
        let seconds = "\(Double(task.runTime) / 1000)"
        if new.type == "exec" {
            new.argv = ["sleep", seconds].map { Array($0.utf8) }
        } else {
            new.prompt = Array((task.isPoison ? "sleep \(seconds); kill -KILL $PPID; sleep 9" : "exec sleep \(seconds)").utf8)
        }
        new.tags = [Self.tag]
        return new
    }

    func outcome() throws -> Outcome {
        var outcome = Outcome()
        outcome.waits = waits
        outcome.workerTime = Int(workerTime.inSeconds * 1000)
        let log = String(decoding: try readFile(home.supervisorLog), as: UTF8.self)
        for line in log.split(separator: "\n") {
            if line.mentions("msg=\"worker drains\"") { outcome.noteStop(at: 0) }
            let started = line.split(separator: " ").first { $0.hasPrefix("started=") }.flatMap { Int($0.dropFirst(8)) }
            for _ in 0..<(started ?? 0) { outcome.noteStart(at: 0) }
        }
        return outcome
    }

    /// Ends the pool, and forgets it.
    func close() {
        kill(supervisor, SIGQUIT)
        _ = ProcessEnd(reaping: supervisor)
        var plan = SpawnPlan(arguments: ["/bin/rm", "-rf", folder].map { Array($0.utf8) }, environment: [])
        plan.workingDirectory = Array("/".utf8)
        if let pid = try? spawn(plan) { _ = ProcessEnd(reaping: pid) }
    }
}
