import Glibc
import KoubouCore
import Testing

/// What tests of the pool and of faults ask of a home.
extension Home {
    /// Writes koubou.conf.
    func configure(_ text: String) throws {
        try makeFolder(path)
        try write(text, to: configurationFile)
    }

    var configurationFile: String { path + "/koubou.conf" }

    /// Hands in a task with these words of `submit`; returns its id.
    func handIn(_ words: String..., stdin: String? = nil, at location: SourceLocation = #_sourceLocation) throws
        -> String
    {
        let output = try run(["koubouctl", "submit"] + words, stdin: stdin.map { Array($0.utf8) })
        #expect(output.status == 0, "\(output.errors)", sourceLocation: location)
        return output.text
    }

    /// Waits for tasks to end; returns what `wait` says: 0 when all are completed.
    func end(of tasks: String...) throws -> Int32 { try end(of: tasks) }

    func end(of tasks: [String]) throws -> Int32 {
        try run(["koubouctl", "wait", "--timeout", "\(Duration.patience.components.seconds)s"] + tasks).status
    }

    /// The queue, for looks that cost no process.
    func queue() throws -> Store { try Store(home: KoubouCore.Home(option: path, environment: [:])) }

    /// How many processes wait to hear of an end.
    func listeners() throws -> Int { Int(try shell("sqlite3 home/db/koubou.db 'SELECT count(*) FROM listeners'").text) ?? 0 }

    func workers() throws -> [WorkerRecord] { try queue().workers() }

    func worker(_ name: String = "worker_001") throws -> WorkerRecord {
        try #require(workers().first { "\($0.id)" == name })
    }

    func state(of task: String) throws -> TaskState? {
        try queue().end(of: TaskID(#require(Int64(task))))?.status
    }

    func count(_ state: TaskState) throws -> Int {
        try queue().taskCounts().filter { $0.status == state }.reduce(0) { $0 + $1.count }
    }

    /// The outcomes of a task's attempts, in order: `lost completed`.
    func outcomes(of task: String) throws -> String {
        let json = try koubouctl("show", "--json", task).text
        let outcomes = try queue().json.elements(ofJSON: self.json(json, "$.attempts")).map {
            try self.json($0, "$.outcome")
        }
        return outcomes.joined(separator: " ")
    }

    /// Returns when the supervisor has looked at the queue as it is now, and has done what follows from it.
    ///
    /// It shows a change of its limits when it looks, and acts before it looks again.
    func awaitLook(at location: SourceLocation = #_sourceLocation) throws {
        for _ in 0..<2 {
            let statistics = try koubouctl("stats", "--json").text
            let now = try #require(Double(json(statistics, "$.pool.threshold")))
            let threshold = ((now * 1000).rounded() + 1) / 1000
            try koubouctl("pool", "--threshold", "\(threshold)")
            try eventually("\(threshold)", at: location) {
                try json(koubouctl("stats", "--json").text, "$.pool.threshold")
            }
        }
    }

    /// The processes of an attempt of `task`, in whatever session they hide.
    func processes(of task: String) -> [pid_t] {
        ProcessTable.holding(environment: ["KOUBOU_HOME=\(path)", "KOUBOU_TASK_ID=\(task)"])
    }

    /// Writes a file that takes its place at once, as a careful editor does.
    func replace(_ name: String, with text: String, mode: mode_t = 0o600) throws {
        let path = name.hasPrefix("/") ? name : folder + "/" + name
        try write(text, to: path + ".new", mode: mode)
        #expect(rename(path + ".new", path) == 0)
    }

    /// Stops a process (SIGSTOP), and returns when it stands still.
    func stop(_ pid: pid_t, at location: SourceLocation = #_sourceLocation) throws {
        kill(pid, SIGSTOP)
        try eventually(true, at: location) { ProcessStatus(of: pid)?.isStopped ?? false }
    }

    /// True when a stopped process is called to look at the queue (SIGUSR1) once it goes on.
    func isCalled(_ pid: pid_t) -> Bool {
        let status = String(decoding: (try? readFile("/proc/\(pid)/status")) ?? [], as: UTF8.self)
        let pending = status.split(separator: "\n").first { $0.hasPrefix("ShdPnd:") }?.split(separator: "\t").last
        return (pending.flatMap { UInt64($0, radix: 16) } ?? 0) & 1 << UInt64(SIGUSR1 - 1) != 0
    }

    var supervisorLog: String { (try? read("home/logs/worker_pool.log")) ?? "" }

    /// The lines of the supervisor's log with this message.
    func logged(_ message: String) -> [Substring] {
        supervisorLog.split(separator: "\n").filter { $0.contains("msg=\"\(message)\"") }
    }
}

/// A lock that the test holds: tasks that run `command` wait for it, all of them at once, and take no processor time.
final class Gate {
    let path: String
    private let file: FileDescriptor

    init(in home: Home, named name: String = "gate") throws {
        path = home.folder + "/" + name
        file = try FileDescriptor(opening: path, O_RDWR | O_CREAT)
        #expect(flock(file.number, LOCK_EX | LOCK_NB) == 0)
    }

    /// For a shell; it dies of TERM.
    var command: String { "flock -s '\(path)' true" }

    func open() { _ = flock(file.number, LOCK_UN) }
}

/// The input of `submit --lines` for so many tasks that are all the same.
func manyLines(_ count: Int, _ line: String) -> String { String(repeating: line + "\n", count: count) }
