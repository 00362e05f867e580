import Glibc
import KoubouCore

/// The program of a task as its worker sees it: who reads its output, and why it could not be started.
extension Worker {
    /// Who understands the output of a task's program; nil where it is simply the result.
    func reader(for type: TaskType, _ claim: Claim, _ environment: [[UInt8]]) -> (any OutputReader)? {
        let json: JSONLookup = { [store] text, path in (try? store.value(inJSON: text, at: path)) ?? nil }
        let settings = type.agent.overridden(by: claim.metadata)
        let reader: (any OutputReader)? =
            switch type.program {
            case .argv, .script, .command: nil
            case .codex:
                CodexReader(
                    beginLimit: type.beginTimeout, json: json, now: { Clock.now },
                    moment: { CodexMoment.parse($0, now: Clock.now, in: .system) },
                    model: { CodexSession.model(of: $0, environment: environment, json: json) ?? settings.model })
            case .chat(let dialect): ChatReader(ChatServer(dialect, settings), json: json)
            }
        guard type.result != .text else { return reader }
        return ResultReader(
            type.result, of: reader, limit: configuration.maxOutput, folder: claim.cwd, json: json,
            isJSON: { [store] in (try? store.isJSON($0)) ?? false })
    }

    func notStarted(_ claim: Claim, because error: any Error) -> AttemptEnd {
        var end = AttemptEnd(.failed)
        end.mayRetry = false
        switch error {
        case SpawnError.programNotFound(let name):
            let remedy = configuration.types[claim.type]?.remedyForMissingProgram ?? "install it"
            (end.exitStatus, end.error) = (127, "program '\(name)' not found: \(remedy)")
        case SpawnError.programNotExecutable(let name, let cause):
            (end.exitStatus, end.error) = (126, "program '\(name)' can't be executed: \(cause)")
        case SpawnError.noWorkingDirectory(let path, let cause):
            end.error = "working directory '\(path)' can't be used: \(cause)"
        case SpawnError.system(let error), let error as SystemError:
            end.error = error.line
            // Short of memory, processes or descriptors: not the task's failure, and it passes. The attempt doesn't count.
            if [EAGAIN, ENOMEM, EMFILE, ENFILE].contains(error.code) {
                (end.outcome, end.retryAfter) = (.deferred, .zero)
            }
        default: end.error = (error as? any UserFacingError)?.line ?? "\(error)"
        }
        return end
    }
}
