import Glibc
import KoubouCore

/// Whether the program of each task type can be run, and the server that it needs be reached.
extension Doctor {
    private static let patience: Duration = .seconds(5)

    func checkTypes() {
        for type in configuration.types.values.sorted(by: { $0.name < $1.name }) {
            switch type.program {
            case .argv: break
            case .script:
                if access("/bin/sh", X_OK) != 0 { report(missing("/bin/sh", type)) }
            case .command(let words): check(words, of: type)
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
        switch fileName(of: program) {
        case "codex": report(codex(file, type))
        case "ollama": report(ollama(words, type))
        default: report(.ok("type \(type.name)", file))
        }
    }

    /// As a worker would start it: by the supervisor's environment, where that can be seen.
    private func plan(_ words: [String]) -> SpawnPlan {
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

    private func ollama(_ words: [String], _ type: TaskType) -> Finding {
        let url = ollamaURL + "/api/tags"
        let curl = plan(["curl", "-sf", "--max-time", "3", url])
        guard (try? locate(curl)) != nil else {
            return .warn("type \(type.name)", "whether ollama answers is not known", "install curl, which asks it")
        }
        guard let run = try? BriefRun(curl, within: Self.patience), run.exitStatus == 0,
            let models = try? Store.models(inOllamaTags: String(decoding: run.stdout, as: UTF8.self))
        else { return trouble(type, "no ollama answers at \(url)", "run: ollama serve, or set OLLAMA_HOST") }
        // `ollama run MODEL`; a name without a tag means the latest.
        let model = words.dropFirst(2).first { !$0.hasPrefix("-") }
        if let model, words[1] == "run", !models.contains(model), !models.contains(model + ":latest") {
            return trouble(type, "ollama has no model \(model)", "run: ollama pull \(model)")
        }
        return .ok(
            "type \(type.name)", "ollama with " + (models.isEmpty ? "no models" : models.joined(separator: ", ")))
    }

    /// `OLLAMA_HOST` as Ollama reads it: the scheme and the port may be left out.
    private var ollamaURL: String {
        var host = environment["OLLAMA_HOST"].flatMap { $0.isEmpty ? nil : $0 } ?? "127.0.0.1"
        if !host.contains("://") { host = "http://" + host }
        while host.hasSuffix("/") { host.removeLast() }
        let authority = host.drop { $0 != "/" }.dropFirst(2)
        return authority.drop { $0 != "]" }.contains(":") || !authority.contains("]") && authority.contains(":")
            ? host : host + ":11434"
    }
}
