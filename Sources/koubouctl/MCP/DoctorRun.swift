import Glibc
import KoubouCore

/// `koubouctl doctor` as a process of its own: it asks programs and servers, which take their time to answer.
final class DoctorRun {
    private let loop: EventLoop
    private let home: Home
    private var replies: [Reply] = []
    private var output: [UInt8] = []
    private var pid: pid_t?
    private var pipe: Int32 = -1
    private var timer: EventLoop.TimerID?

    private static let patience: Duration = .seconds(60)

    init(_ home: Home, on loop: EventLoop) { (self.home, self.loop) = (home, loop) }

    /// Answers `reply` when the findings are there; one run serves all who ask meanwhile.
    func ask(_ reply: Reply) throws {
        replies.append(reply)
        guard pid == nil else { return }
        let (reader, writer) = try makePipe()
        defer { close(writer) }
        var plan = SpawnPlan(
            arguments: [siblingProgram("koubouctl"), "--home", home.path, "doctor", "--json"].map { Array($0.utf8) },
            environment: Environment.words)
        plan.descriptors[1] = writer
        do {
            pid = try spawn(plan)
            try loop.onReadable(reader) { [self] in receive() }
        } catch {
            close(reader)
            replies = []
            throw error
        }
        (pipe, output) = (reader, [])
        timer = loop.after(Self.patience) { [self] in finish() }
    }

    /// The client has cancelled the call.
    func cancel(_ reply: Reply) {
        replies.removeAll { $0 === reply }
        reply.abandon()
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = retryingInterrupts { read(pipe, &buffer, buffer.count) }
        if count > 0 { output += buffer[..<count] } else if count == 0 || errno != EAGAIN { finish() }
    }

    /// Ends the run, and answers with what has been found.
    func finish() {
        guard let pid else { return }
        loop.cancel(timer)
        loop.removeReadable(pipe)
        close(pipe)
        kill(-pid, SIGKILL)
        let end = ProcessEnd(reaping: pid)?.cause
        self.pid = nil
        let findings = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
        for reply in replies {
            guard end == .exited(0) || end == .exited(1) else {
                reply.answer(.mistake("the check was cut short: run 'koubouctl doctor' in a shell"))
                continue
            }
            let object = JSONText.object([
                "healthy": end == .exited(0) ? "true" : "false", "findings": JSONText.array(of: findings),
            ])
            reply.answer(.tool(object))
        }
        replies = []
    }
}
