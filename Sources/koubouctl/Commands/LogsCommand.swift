import Glibc
import KoubouCore

/// `koubouctl logs`: the output of a task, or the log of a worker or the supervisor.
enum LogsCommand: Command {
    static let name = "logs"
    static let synopsis = ["[-f] [ID | --worker WORKER | --supervisor]"]
    static let summary = "show the output of a task so far, or a log; without an argument the supervisor's"

    private static let follow = CommandOption<Bool>.flag(
        "--follow", short: "-f", "go on as it grows; for a task until it has ended")
    private static let worker = CommandOption<WorkerID>(
        "--worker", "WORKER", "the log of this worker", kind: .worker, allowed: "a worker's id, like worker_001"
    ) { $0.text.flatMap { WorkerID($0) } }
    private static let supervisor = CommandOption<Bool>.flag("--supervisor", "the log of the supervisor")
    static let options: [any OptionSpelling] = [follow, worker, supervisor]
    static let operands = ValueKind.anyTask

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let isFollowed = arguments.has(follow)
        let worker = try arguments(worker)
        let words = arguments.operands + (arguments.afterDashes ?? [])
        guard words.count + (worker == nil ? 0 : 1) + (arguments.has(supervisor) ? 1 : 0) <= 1 else {
            throw UsageError.other(
                what: "one log at a time", remedy: "give a task id, --worker or --supervisor, like: koubouctl logs 42")
        }
        if !words.isEmpty {
            let ids = try taskIDs(arguments)
            guard ids.count == 1, let id = ids.first else {
                throw UsageError.other(what: "one log at a time", remedy: "write: koubouctl logs \(ids[0])")
            }
            _ = try context.store.states(of: [id])
            return isFollowed ? try TaskFollower(id, in: context).run() : try printOutput(of: id, in: context)
        }
        let path = worker.map(context.home.workerLog) ?? context.home.supervisorLog
        guard access(path, F_OK) == 0 || isFollowed else {
            throw UsageError.other(
                what: "there is no log of \(worker?.description ?? "a supervisor") yet", remedy: "run: koubouctl start")
        }
        return try LogFollower(path: path, in: context).run(isFollowed: isFollowed)
    }

    private static func printOutput(of id: TaskID, in context: Context) throws -> Int32 {
        if try context.store.states(of: [id])[0] != .inProgress, let output = try context.store.output(of: id) {
            try context.write(output.stdout, to: STDOUT_FILENO)
            try context.write(output.stderr, to: STDERR_FILENO)
            return 0
        }
        for (path, target) in [
            (context.home.stdoutFile(of: id), STDOUT_FILENO), (context.home.stderrFile(of: id), STDERR_FILENO),
        ]
        where access(path, R_OK) == 0 { try context.copy(path, from: 0, to: target) }
        return 0
    }
}
