import Glibc
import KoubouCore

/// The program of a task as its worker sees it: how it is started, who reads its output, and why it could not be started.
extension Worker {
    func start(_ claim: Claim) {
        log.debug("task claimed", ["worker": id, "task": claim.task, "type": claim.type, "attempt": claim.attempt])
        let type = configuration.types[claim.type]
        let attempt = LaunchedAttempt(of: claim, by: id)
        let environment = attempt.environment(over: baseEnvironment, in: queue)
        let run = TaskRun(
            claim, type: type ?? TaskType(name: claim.type, program: .argv), loop: loop, home: home,
            configuration: configuration, cgroup: cgroup, reader: type.flatMap { reader(for: $0, claim, environment) },
            resultFile: ResultFile(of: claim, home: home),
            makeReap: { [self] in
                ReapRun(
                    of: attempt, type?.launch, in: queue, over: baseEnvironment, loop: loop, log: log, onEnd: $0)
            },
            onSettled: { [self] process in
                unnoted = process
                note()
            },
            onEnd: { [self] end in record(end) })
        current = run
        let begun = MonotonicClock.now
        do {
            guard let type else {
                throw ConfigurationError.unknownType(claim.type, known: configuration.types.keys.sorted())
            }
            try run.start(
                TaskCommand(
                    claim, type: type, launcher: type.launch.launcher.map { attempt.filled($0, in: queue) },
                    environment: environment,
                    codexHelp: { [codex] in try codex.help($0, environment: environment) },
                    isJSON: { [store] in (try? store.isJSON($0)) ?? false }))
            if shortage.failures > 0 { log.info("tasks can be started again", ["worker": id]) }
            shortage.noteSuccess()
        } catch {
            let end = notStarted(claim, because: error)
            if end.outcome == .deferred {
                if shortage.failures == 0 { log.error("cannot start tasks", ["worker": id, "error": end.error]) }
                shortage.noteFailure(begun: begun, at: MonotonicClock.now)
            }
            // Through the loop, lest a queue full of such tasks piles up on the stack.
            loop.after(.zero) { [self] in record(end) }
        }
    }

    /// Who understands the output of a task's program; nil where it is simply the result.
    private func reader(for type: TaskType, _ claim: Claim, _ environment: [[UInt8]]) -> (any OutputReader)? {
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

    private func notStarted(_ claim: Claim, because error: any Error) -> AttemptEnd {
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
