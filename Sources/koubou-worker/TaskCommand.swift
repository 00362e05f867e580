import Glibc
import KoubouCore

/// What a claimed task runs: its plan, and the files in memory that the plan's descriptors name.
struct TaskCommand: ~Copyable {
    var plan: SpawnPlan
    /// Holds the prompt: as stdin, or as the script of `/bin/sh`.
    private let promptFile: FileDescriptor?

    /// A script's descriptor in its shell. It is no file, so that it is in nobody's argv, and not stdin, which the
    /// script's commands would read from.
    private static let scriptDescriptor: Int32 = 3

    init(_ claim: Claim, type: TaskType, environment: [[UInt8]]) throws(SystemError) {
        let arguments: [[UInt8]]
        let target: Int32
        switch type.program {
        case .argv: (arguments, target) = (claim.argv ?? [], 0)
        case .script:
            (arguments, target) = (
                ["/bin/sh", "/dev/fd/\(Self.scriptDescriptor)"].map { Array($0.utf8) }, Self.scriptDescriptor
            )
        case .command(let words): (arguments, target) = (words.map { Array($0.utf8) }, 0)
        }
        plan = SpawnPlan(arguments: arguments, environment: environment, workingDirectory: claim.cwd)
        if let prompt = claim.prompt {
            let file = try makeMemoryFile(named: "prompt", holding: prompt)
            plan.descriptors[target] = file.number
            promptFile = consume file
        } else {
            promptFile = nil
        }
    }

    /// The environment of a task: `base`, what the task carries, and what tells it where it is.
    static func environment(_ claim: Claim, base: [[UInt8]], home: Home, worker: WorkerID) -> [[UInt8]] {
        let here = [
            "KOUBOU_HOME=\(home.path)", "KOUBOU_TASK_ID=\(claim.task)", "KOUBOU_ATTEMPT=\(claim.attempt)",
            "WORKER_ID=\(worker)",
        ].map { Array($0.utf8) }
        return Environment.merge(base, [Array("PWD=".utf8) + claim.cwd] + claim.env + here)
    }
}
