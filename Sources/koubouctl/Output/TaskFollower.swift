import Glibc
import KoubouCore

/// Shows the output of a task as it comes, through all its attempts, until the task has ended.
final class TaskFollower {
    private let id: TaskID
    private let context: Context
    private let store: Store
    private let loop: EventLoop
    private let streams: [FollowedStream]
    /// The attempt whose output is being shown.
    private var claim: Int64?
    private var isAttemptDone = false
    private var status: Int32?

    /// Output is looked for this often.
    private static let pause: Duration = .milliseconds(50)

    /// - Parameter tail: how many of the last lines are shown at first; nil: all.
    init(_ id: TaskID, tail: Int? = nil, in context: Context) throws {
        (self.id, self.context) = (id, context)
        store = try context.store
        loop = try EventLoop()
        streams = [
            FollowedStream(path: context.home.stdoutFile(of: id), target: STDOUT_FILENO, tail: tail),
            FollowedStream(path: context.home.stderrFile(of: id), target: STDERR_FILENO, tail: tail),
        ]
    }

    /// - Returns: the exit status that tells how the task ended; `SignalEnd` when a signal ended the watching.
    func run() throws -> Int32 {
        try TaskListener(to: id, store: store, loop: loop).listen(
            onEvent: { [self] in try look() },
            onInterrupt: { [self] in
                context.tell("task \(id) goes on; to end it: koubouctl cancel \(id)")
                end($0)
            })
        try loop.onReaderGone(STDOUT_FILENO) { [self] in end(128 + SIGPIPE) }
        try look()
        if status == nil { try context.warnIfNobodyWorks() }
        if status == nil {
            lookLater()
            try loop.run()
        }
        try store.stopListening(ProcessIdentity.current)
        return status ?? ExitCode.software.rawValue
    }

    private func lookLater() {
        loop.after(Self.pause) { [self] in
            if claim != nil, !isAttemptDone { try copyNew() }
            lookLater()
        }
    }

    private func copyNew() throws {
        for stream in streams { try stream.copyNew(in: context, while: isPresent) }
    }

    /// Whether the attempt that is shown is the task's last one.
    private func isPresent() throws -> Bool { try store.progress(of: id)?.claim == claim }

    /// Looks at the task and shows what is new.
    private func look() throws {
        guard status == nil else { return }
        guard let progress = try store.progress(of: id) else { return end(context.complain(ofDeleted: id)) }
        if progress.claim != claim {
            for stream in streams { stream.beginAttempt(in: context) }
            (claim, isAttemptDone) = (progress.claim, false)
        }
        if claim != nil, !isAttemptDone { try copyNew() }
        guard progress.status != .inProgress else { return }
        if claim != nil, !isAttemptDone, let output = try store.output(of: id) {
            guard try isPresent() else { return try look() }  // it may be the next one's by now
            try streams[0].finish(output.stdout, in: context)
            try streams[1].finish(output.stderr, in: context)
            isAttemptDone = true
        }
        guard progress.status.isEnded, let task = try store.end(of: id) else { return }
        try store.sync()
        // A plain exit status speaks for itself.
        if let error = task.error,
            task.exitStatus == nil || task.outcome == .timedOut || [126, 127].contains(task.exitStatus)
        {
            context.complain("task \(id) \(task.status.rawValue): \(error)")
        }
        end(TaskExitStatus.of(task))
    }

    private func end(_ status: Int32) {
        self.status = self.status ?? status
        loop.stop()
    }
}

/// One output stream of a task, shown up to some byte.
private struct FollowedStream {
    private let file: FollowedFile
    private let target: Int32

    init(path: String, target: Int32, tail: Int?) {
        (file, self.target) = (FollowedFile(path: path, tail: tail), target)
    }

    /// Shows what is left of the attempt before, where its file was found: what has its name now is the next one's.
    func beginAttempt(in context: Context) {
        if file.isOpen { copyNew(in: context) { true } }
        file.beginAttempt()
    }

    func copyNew(in context: Context, while isPresent: () throws -> Bool) rethrows {
        while true {
            let bytes = try file.read(while: isPresent)
            if bytes.isEmpty { return }
            context.write(bytes, to: target)
        }
    }

    /// Shows the rest of an attempt's output as it was recorded.
    func finish(_ output: AttemptEnd.Output, in context: Context) throws {
        try context.write(output, from: file.rest(of: output), to: target)
    }
}
