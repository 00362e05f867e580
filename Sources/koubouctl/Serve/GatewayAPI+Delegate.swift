import Glibc
import KoubouCore

/// Handing in a task.
extension GatewayAPI {
    /// What the body holds beside the fields of `submit --jsonl`.
    private static let extras = ["content", "files", "options", "output_file", "sync"]
    /// How long an answer is waited for when the task has no time limit.
    private static let patience: Duration = .seconds(300)

    func delegate(_ json: String, _ client: Admission.Client) throws -> Answer {
        if let escape = JSONText.escapeWithoutText(json) {
            throw HTTPProblem(.badRequest, "a string holds \(escape), which is no text", field: "prompt")
        }
        guard let fields = try memory.json.fields(ofJSON: json) else {
            throw HTTPProblem(.badRequest, "the body is no JSON object: write one like {\"prompt\": \"...\"}")
        }
        func extra(_ name: String) -> Store.JSONField? { fields.first { $0.key == name && $0.kind != .null } }
        let isSync = try flag(extra("sync"))
        try refuseForOutsiders(fields, client)
        var task = try reader.task(try plain(fields))
        guard configuration.serve.allowedTypes.contains(task.type) else {
            throw HTTPProblem(
                .forbidden,
                "tasks of type '\(task.type)' are not taken over HTTP: see allow_types in [serve] of koubou.conf",
                field: "type")
        }
        try checkOutputFile(extra(OutputFile.key), of: &task, client)
        if let options = extra("options"), options.text != "{}" {
            guard options.kind == .object else { throw reader.wrong(options, "an object") }
            task.metadata.append(Array("options=\(options.text)".utf8))
        }
        if let files = extra("files") {
            let names = try reader.list(files, .array).map { String(decoding: $0, as: UTF8.self) }
            task.prompt = try FilePrompt(
                folder: task.cwd, home: store.home, takesHidden: client.right == .admin
            ).adding(names, to: task.prompt ?? [])
        }
        let patience = (task.timeout ?? Self.patience) + configuration.killGrace
        return .later(
            commit.submit(task, waitsForQueue: isSync) { [self] stored in
                let stored = try taken(stored)
                guard isSync else { return ReadyAnswer(.json(stored.json())) }
                return SyncWait(stored.task, in: self, until: MonotonicClock.now + patience)
            })
    }

    /// The worker keeps the result inside of the task's folder; what is hidden there is not for those from outside.
    private func checkOutputFile(
        _ field: Store.JSONField?, of task: inout NewTask, _ client: Admission.Client
    ) throws {
        let prefix = Array("\(OutputFile.key)=".utf8)
        guard !task.metadata.contains(where: { $0.starts(with: prefix) }) else {
            throw HTTPProblem(.badRequest, "give output_file beside metadata, not in it", field: "metadata")
        }
        guard let field else { return }
        let path = try reader.text(field)
        guard let file = OutputFile(path, in: task.cwd) else {
            var problem = reader.wrong(field, OutputFile.form)
            problem.isOfThisQueue = true
            throw problem
        }
        guard !file.isHidden || client.right == .admin else {
            throw HTTPProblem(.forbidden, "hidden files need a token with the right admin", field: field.key)
        }
        task.metadata.append(prefix + Array(path.utf8))
    }

    private func taken(_ stored: Result<Submitted, StoreError>) throws -> Submitted {
        do { return try stored.get() } catch StoreError.noSuchTask(let ids) {
            throw HTTPProblem(.unprocessable, StoreError.noSuchTask(ids).line, field: "after")
        }
    }

    private func flag(_ field: Store.JSONField?) throws -> Bool {
        switch field?.kind {
        case nil, .false: return false
        case .true: return true
        default: throw HTTPProblem(.badRequest, "sync is neither true nor false", field: "sync")
        }
    }

    /// Where a task runs and with which environment decides what its program does: that is for the owner of the queue.
    private func refuseForOutsiders(_ fields: [Store.JSONField], _ client: Admission.Client) throws {
        guard client.right < .admin else { return }
        let names = ["cwd", "cwd_base64", "env", "env_base64"]
        if let field = fields.first(where: { names.contains($0.key) && $0.kind != .null }) {
            throw HTTPProblem(.forbidden, "\(field.key) needs a token with the right admin", field: field.key)
        }
    }

    /// The fields of `submit --jsonl` alone; `content` is another word for `prompt`.
    private func plain(_ fields: [Store.JSONField]) throws -> [Store.JSONField] {
        for field in fields where Self.extras.contains(field.key) && fields.count(where: { $0.key == field.key }) > 1 {
            throw HTTPProblem(.badRequest, "field '\(field.key)' is given twice", field: field.key)
        }
        let content = fields.first { $0.key == "content" && $0.kind != .null }
        if let content {
            guard content.kind == .text else { throw reader.wrong(content, "a string") }
            guard !fields.contains(where: { $0.key.hasPrefix("prompt") && $0.kind != .null }) else {
                throw HTTPProblem(.badRequest, "prompt and content are both given: give one", field: "content")
            }
        }
        let plain = fields.filter { !Self.extras.contains($0.key) }
        guard let content else { return plain }
        let prompt = Store.JSONField(key: "prompt", kind: .text, text: content.text)
        return plain.filter { $0.key != "prompt" } + [prompt]
    }

    private var reader: TaskJSONReader {
        TaskJSONReader(json: memory.json, defaultType: "general", throttles: configuration.throttles) {
            [configuration, folder] name in
            let type = try configuration.type(named: name)
            var task = NewTask(type: name, cwd: folder)
            (task.maxAttempts, task.timeout) = (type.retry.maxAttempts, type.timeout)
            return task
        }
    }
}
