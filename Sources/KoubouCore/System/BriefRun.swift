import CLinux
import Glibc

/// What a program that should end soon has left.
public struct BriefRun: Equatable, Sendable {
    /// Nil when it took too long, and was killed.
    public let exitStatus: Int?
    public let stdout: [UInt8]

    /// Runs `plan` to its end, at most for `limit`; its stderr is not kept.
    public init(_ plan: SpawnPlan, within limit: Duration) throws(SpawnError) {
        var plan = plan
        let output: FileDescriptor
        do { output = try makeMemoryFile(named: "stdout", holding: []) } catch { throw .system(error) }
        plan.descriptors[1] = output.number
        let pid = try spawn(plan)
        let process = pidfd_open(pid, 0)
        var waiting = pollfd(fd: process, events: Int16(POLLIN), revents: 0)
        let hasEnded = retryingInterrupts { poll(&waiting, 1, Int32(clamping: limit.millisecondsRoundedUp)) } == 1
        if process >= 0 { close(process) }
        kill(-pid, SIGKILL)  // what it has left behind
        let end = ProcessEnd(reaping: pid)
        if hasEnded, case .exited(let status)? = end?.cause { exitStatus = status } else { exitStatus = nil }
        lseek(output.number, 0, SEEK_SET)
        stdout = (try? readAll(from: output.number, upTo: 16 << 20)) ?? []
    }

    /// The first line of what it wrote.
    public var firstLine: String { String(decoding: stdout.prefix { $0 != 0x0a }, as: UTF8.self) }
}
