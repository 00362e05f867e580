import Glibc

/// One attempt of a task, as it is named to an engine that runs it elsewhere.
public struct LaunchedAttempt: Equatable, Sendable {
    public let task: TaskID
    public let attempt: Int
    let claim: Int64
    let cwd: [UInt8]
    let env: [[UInt8]]
    let worker: WorkerID

    public init(of claim: Claim, by worker: WorkerID) {
        self.init(
            task: claim.task, attempt: claim.attempt, claim: claim.number, cwd: claim.cwd, env: claim.env,
            worker: worker)
    }

    init(task: TaskID, attempt: Int, claim: Int64, cwd: [UInt8], env: [[UInt8]], worker: WorkerID) {
        (self.task, self.attempt, self.claim) = (task, attempt, claim)
        (self.cwd, self.env, self.worker) = (cwd, env, worker)
    }

    /// Of this attempt alone, in all queues of all machines; fit for a job of Slurm, a pod, a container, a unit and a file. The
    /// claim makes the difference where an attempt was given back, and its number is used again.
    public func name(in queue: QueueMark) -> String { "koubou-\(queue.text)-\(task)-\(attempt)-\(claim)" }

    /// The environment of the attempt and of its reap: `base`, what the task carries, and what tells it where it is.
    public func environment(over base: [[UInt8]], in queue: QueueMark) -> [[UInt8]] {
        let here = [
            "KOUBOU_HOME=\(queue.home)", "KOUBOU_TASK_ID=\(task)", "KOUBOU_ATTEMPT=\(attempt)",
            "KOUBOU_CLAIM=\(claim)", "KOUBOU_NAME=\(name(in: queue))", "WORKER_ID=\(worker)",
        ].map { Array($0.utf8) }
        return Environment.merge(base, [Array("PWD=".utf8) + cwd] + env + here)
    }

    /// The words of a launcher or a reap, with what `{task}`, `{attempt}`, `{claim}`, `{name}` and `{cwd}` stand for. Other
    /// braces stay.
    public func filled(_ words: [String], in queue: QueueMark) -> [[UInt8]] {
        let marks: [(mark: [UInt8], value: [UInt8])] = [
            ("{task}", Array("\(task)".utf8)), ("{attempt}", Array("\(attempt)".utf8)),
            ("{claim}", Array("\(claim)".utf8)), ("{name}", Array(name(in: queue).utf8)), ("{cwd}", cwd),
        ].map { (Array($0.0.utf8), $0.1) }
        return words.map { word in
            var rest = Array(word.utf8)[...]
            var filled: [UInt8] = []
            while let first = rest.first {
                if let found = marks.first(where: { rest.starts(with: $0.mark) }) {
                    filled += found.value
                    rest = rest.dropFirst(found.mark.count)
                } else {
                    filled.append(first)
                    rest = rest.dropFirst()
                }
            }
            return filled
        }
    }
}

/// Tells a queue from all others, also from those of other machines that use the same cluster.
public struct QueueMark: Equatable, Sendable {
    let home: String
    /// Eight digits.
    public let text: String

    public init(of home: Home) {
        self.init(home: home.path, machine: (try? readFile("/etc/machine-id")) ?? Self.hostName)
    }

    init(home: String, machine: [UInt8]) {
        self.home = home
        let digest = SecureHash.sha256(machine + [0] + Array(home.utf8))
        text = digest.prefix(4).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    private static var hostName: [UInt8] { (try? readFile("/proc/sys/kernel/hostname")) ?? [] }
}
