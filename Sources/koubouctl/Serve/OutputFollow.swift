import KoubouCore

/// The output of a task as it comes, through all its attempts, until the task has ended.
final class OutputFollow: BodySource {
    private let task: TaskID
    private let stream: OutputStream
    private let store: Store
    private let file: FollowedFile
    /// The attempt whose output is being told.
    private var claim: Int64?
    private var isAttemptDone = false
    /// What is left of an attempt that has ended.
    private var rest: OutputBody?

    init(_ task: TaskID, _ stream: OutputStream, in store: Store) {
        (self.task, self.stream, self.store) = (task, stream, store)
        file = FollowedFile(path: stream.file(of: task, in: store.home))
    }

    var looksByItself: Bool { true }

    /// Whether the attempt that is told is the task's last one.
    private func isPresent() throws -> Bool { try store.progress(of: task)?.claim == claim }

    func next() throws -> BodyPiece {
        if let rest {
            if case .bytes(let bytes) = rest.next() { return .bytes(bytes) }
            self.rest = nil
        }
        guard let progress = try store.progress(of: task) else { return .end }
        if progress.claim != claim {
            // What has the name of a file that was never found is the next attempt's by now.
            if file.isOpen {
                let last = try file.read(while: isPresent)
                if !last.isEmpty { return .bytes(last) }
            }
            file.beginAttempt()
            (claim, isAttemptDone) = (progress.claim, false)
        }
        if claim != nil, !isAttemptDone {
            let new = try file.read(while: isPresent)
            if !new.isEmpty { return .bytes(new) }
            if progress.status != .inProgress, let output = try store.output(of: task) {
                guard try isPresent() else { return try next() }  // it may be the next one's by now
                isAttemptDone = true
                let body = try OutputBody(stream.of(output))
                rest = body.part(min(file.shown, body.size)..<body.size)
                return try next()
            }
        }
        return progress.status.isEnded ? .end : .nothingYet
    }
}
