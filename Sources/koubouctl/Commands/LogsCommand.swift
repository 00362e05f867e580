import Glibc
import KoubouCore

/// `koubouctl logs`: the output of a task, or the log of a worker or the supervisor.
enum LogsCommand: Command {
    static let name = "logs"
    static let synopsis = ["[-f] [-n N] [ID | --worker WORKER | --supervisor]"]
    static let summary = "show the output of a task so far, or a log; without an argument the supervisor's"

    private static let follow = CommandOption<Bool>.flag(
        "--follow", short: "-f", "go on as it grows; for a task until it has ended")
    private static let tail = CommandOption<Int>.number(
        "--lines", short: "-n", "N", "begin with the last N lines", in: 0...Int.max)
    private static let worker = CommandOption<WorkerID>(
        "--worker", "WORKER", "the log of this worker", kind: .worker, allowed: "a worker's id, like worker_001"
    ) { $0.text.flatMap { WorkerID($0) } }
    private static let supervisor = CommandOption<Bool>.flag("--supervisor", "the log of the supervisor")
    static let usual = UsageExamples.Company("", "42")
    static let special: [String: UsageExamples.Company] = ["--worker": .init(), "--supervisor": .init()]
    static let options: [any OptionSpelling] = [follow, tail, worker, supervisor]
    static let operands = ValueKind.anyTask

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let isFollowed = arguments.has(follow)
        let tail = try arguments(tail)
        let worker = try arguments(worker)
        let words = arguments.operands + (arguments.afterDashes ?? [])
        guard words.count + (worker == nil ? 0 : 1) + (arguments.has(supervisor) ? 1 : 0) <= 1 else {
            throw UsageError.other(
                what: "one log at a time", remedy: "give a task id, --worker or --supervisor, like: koubouctl logs 42")
        }
        if !words.isEmpty {
            let ids = try taskIDs(arguments)
            if ids.isEmpty { return 0 }
            guard ids.count == 1, let id = ids.first else {
                throw UsageError.other(what: "one log at a time", remedy: "write: koubouctl logs \(ids[0])")
            }
            _ = try context.store.states(of: [id])
            return isFollowed
                ? try TaskFollower(id, tail: tail, in: context).run() : try printOutput(of: id, tail, in: context)
        }
        let path = worker.map(context.home.workerLog) ?? context.home.supervisorLog
        guard access(path, F_OK) == 0 || isFollowed else {
            throw NoLog(whose: worker?.description ?? "a supervisor")
        }
        return try LogFollower(path: path, tail: tail, in: context).run(isFollowed: isFollowed)
    }

    private static func printOutput(of id: TaskID, _ tail: Int?, in context: Context) throws -> Int32 {
        let recorded = try context.store.states(of: [id])[0] == .inProgress ? nil : context.store.output(of: id)
        for (output, path, target) in [
            (recorded?.stdout, context.home.stdoutFile(of: id), STDOUT_FILENO),
            (recorded?.stderr, context.home.stderrFile(of: id), STDERR_FILENO),
        ] {
            guard let output = output ?? (access(path, R_OK) == 0 ? .file(path) : nil) else { continue }
            try context.write(output, from: tail.map { tail in try output.offset(ofLast: tail) } ?? 0, to: target)
        }
        return 0
    }
}

/// The log of somebody who has not run yet.
private struct NoLog: UserFacingError {
    let whose: String
    var exitCode: ExitCode { .noInput }
    var report: (what: String, place: String?, remedy: String?) {
        ("there is no log of \(whose) yet", nil, "run: koubouctl start")
    }
}
