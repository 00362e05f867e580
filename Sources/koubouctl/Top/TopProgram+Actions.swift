import Glibc
import KoubouCore

/// What the keys of `koubouctl top` do to the queue.
extension TopProgram {
    /// - Returns: what a person wants to be told of it.
    func perform(_ action: TopAction) throws -> String? {
        let message: String
        switch action {
        case .quit, .read: return nil
        case .cancel(let task): message = try cancel(task)
        case .retry(let task):
            wake(try store.retry([task], at: Clock.now))
            message = "task \(task) is in the queue again"
        case .setPriority(let task, let priority):
            var edit = TaskEdit()
            edit.priority = priority
            wake(try store.edit([task], edit, at: Clock.now))
            message = "task \(task) has priority \(priority.number)"
        case .togglePause(let type): message = try togglePause(of: type)
        }
        try store.sync()
        return message
    }

    private func cancel(_ task: TaskID) throws -> String {
        let (results, toWake) = try store.cancel([task], at: Clock.now)
        wake(toWake)
        switch results.first {
        case .requested: return "task \(task) is being ended"
        case .alreadyEnded(let status): return "task \(task) had ended before: \(status.rawValue)"
        case .cancelled, nil: return "task \(task) is cancelled"
        }
    }

    private func togglePause(of type: String?) throws -> String {
        let name = type.map { "type \($0)" } ?? "everything"
        let paused = try store.pauses().map(\.type)
        guard paused.contains(type) || type == nil && !paused.isEmpty else {
            try store.pause(type: type)
            return "\(name) is paused"
        }
        wake(try store.resume(type: type) ?? [])
        return "\(name) goes on"
    }

    private func wake(_ processes: [ProcessIdentity]) { for process in Set(processes) { process.send(SIGUSR1) } }
}
