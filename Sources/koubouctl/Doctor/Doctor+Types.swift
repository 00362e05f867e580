import Glibc
import KoubouCore

/// Whether the program of each task type can be run, and the server that it needs be reached.
extension Doctor {
    static let patience: Duration = .seconds(5)

    func checkTypes() {
        for type in configuration.types.values.sorted(by: { $0.name < $1.name }) {
            switch type.program {
            case .argv: break
            case .script:
                if access("/bin/sh", X_OK) != 0 { report(missing("/bin/sh", type)) }
            case .command(let words), .codex(let words): check(words, of: type)
            case .chat(let dialect): report(check(ChatServer(dialect, type.agent), of: type))
            }
        }
    }

    private func check(_ words: [String], of type: TaskType) {
        let program = words[0]
        if program.contains("/"), !program.hasPrefix("/") {
            return report(.ok("type \(type.name)", "\(program), looked up in the folder of each task"))
        }
        let plan = self.plan(words)
        guard let path = try? locate(plan), let file = String(validating: path, as: UTF8.self), access(file, X_OK) == 0
        else { return report(missing(program, type)) }
        report(type.executor == .codex ? codex(file, type) : .ok("type \(type.name)", file))
    }

    /// As a worker would start it: by the supervisor's environment, where that can be seen.
    func plan(_ words: [String]) -> SpawnPlan {
        let ofSupervisor = supervisor.flatMap { try? readFile("/proc/\($0.process.pid)/environ") }
        return SpawnPlan(
            arguments: words.map { Array($0.utf8) },
            environment: ofSupervisor.map { $0.split(separator: 0).map(Array.init) } ?? Environment.words)
    }

    /// A program that nobody asked for may be missing.
    private func missing(_ program: String, _ type: TaskType) -> Finding {
        trouble(type, "program '\(program)' not found", type.remedyForMissingProgram)
    }

    private func trouble(_ type: TaskType, _ detail: String, _ remedy: String) -> Finding {
        let waiting = (try? waitingTasks(of: type.name)) ?? 0
        let isOwn = !TaskType.builtIn.contains { $0.name == type.name }
        let text = detail + (waiting > 0 ? ", and \(waiting) tasks of the type wait" : "")
        return waiting > 0 || isOwn
            ? .fail("type \(type.name)", text, remedy) : .warn("type \(type.name)", text, remedy)
    }

    private func codex(_ file: String, _ type: TaskType) -> Finding {
        guard let run = try? BriefRun(plan([file, "--version"]), within: Self.patience), run.exitStatus == 0 else {
            return trouble(type, "'\(file) --version' fails or takes too long", "run it by hand to see why")
        }
        return .ok("type \(type.name)", "\(LogLine.printable(run.firstLine)) (\(file))")
    }

    private func check(_ server: ChatServer, of type: TaskType) -> Finding {
        guard (try? locate(plan(["curl"]))) != nil else {
            return trouble(type, "program 'curl' not found, which asks \(server.url)", "install curl")
        }
        guard let answer = answer(of: server, to: server.dialect == .ollama ? "/api/tags" : "/models") else {
            return trouble(type, "no server answers at \(server.url)", server.remedyForNoAnswer)
        }
        do { _ = try server.key(environment: environment) } catch {
            return trouble(type, error.report.what, error.report.remedy ?? "")
        }
        guard server.dialect == .ollama,
            let models = try? Store.models(inOllamaAnswer: answer)
        else { return .ok("type \(type.name)", "a server answers at \(server.url)") }
        guard let model = models.first(where: { $0.isNamed(server.model) }) else {
            return trouble(type, "ollama has no model \(server.model)", "run: ollama pull \(server.model)")
        }
        checkMemory(for: model, of: server, type)
        return .ok("type \(type.name)", "ollama with \(models.map(\.name).joined(separator: ", "))")
    }

    /// What a server says to a GET of `path`; nil when it does not.
    func answer(of server: ChatServer, to path: String) -> String? {
        let words = ["curl", "-q", "-s", "--noproxy", "127.0.0.1,localhost,::1", "--max-time", "3", server.url + path]
        guard let run = try? BriefRun(plan(words), within: Self.patience), run.exitStatus == 0 else { return nil }
        return String(decoding: run.stdout, as: UTF8.self)
    }
}
