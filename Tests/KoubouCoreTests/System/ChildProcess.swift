import Glibc
import Testing

@testable import KoubouCore

/// Runs `plan` to its end with its stdout in a pipe; returns what it wrote and how it ended.
func runToEnd(_ plan: SpawnPlan) throws -> (output: [UInt8], end: ProcessEnd) {
    var plan = plan
    let (reader, writer) = try makePipe()
    let reading = FileDescriptor(owning: reader)
    _ = fcntl(reader, F_SETFL, 0)                              // a test may block, a loop may not
    plan.descriptors[1] = writer
    let pid: pid_t
    do {
        let writing = FileDescriptor(owning: writer)
        pid = try spawn(plan)
        try writing.close()
    }
    let output = try readAll(from: reading.number)
    return (output, try #require(ProcessEnd(reaping: pid)))
}

func runToEnd(_ words: String..., environment: [String] = []) throws -> (output: String, end: ProcessEnd) {
    let (output, end) = try runToEnd(
        SpawnPlan(arguments: words.map(Array.init(text:)), environment: environment.map(Array.init(text:))))
    return (String(decoding: output, as: UTF8.self), end)
}

/// A child that sleeps until it is signalled; killed and reaped when the test is done.
final class SleepingChild {
    let pid: pid_t
    private var isReaped = false

    init(environment: [String] = [], placement: SpawnPlan.Placement = .ownGroup) throws {
        var plan = SpawnPlan(
            arguments: ["/bin/sleep", "600"].map(Array.init(text:)), environment: environment.map(Array.init(text:)))
        plan.placement = placement
        pid = try spawn(plan)
    }

    func reap() throws -> ProcessEnd {
        isReaped = true
        return try #require(ProcessEnd(reaping: pid))
    }

    deinit {
        guard !isReaped else { return }
        kill(pid, SIGKILL)
        _ = ProcessEnd(reaping: pid)
    }
}
