import KoubouCore

/// Reads tasks from JSON lines: the fields of `show --json`. Those that only a task that exists has are let pass.
struct TaskJSONReader {
    let json: JSONReader
    /// Of a task that names none and has no words.
    let defaultType: String
    /// What bounds each type, by name.
    let throttles: [String: Throttle]
    /// A task with the defaults of a type.
    let template: (_ type: String) throws -> NewTask

    private static let ignored: Set<String> = [
        "task_id", "status", "attempt", "lost", "claim", "retried_claim", "cancel_requested", "created_at",
        "updated_at", "recurring",
        "started_at", "ended_at", "worker_id", "pid", "process", "waits_for", "dependencies", "exit_status", "signal",
        "error", "result", "result_base64", "result_file", "stderr", "stderr_base64", "stderr_file", "attempts",
        "events", "parent", "depth", "children", "progress", "progress_message",
    ]
    private static let known = [
        "type", "priority", "title", "prompt", "prompt_base64", "argv", "argv_base64", "cwd", "cwd_base64", "env",
        "env_base64", "tags", "metadata", "max_attempts", "timeout", "slots", "key", "after", "after_any", "delay",
        "at", "run_at", "continue", "notify",
    ]

    /// All tasks of `bytes`, or the error of the first line that holds none; empty lines are skipped.
    func tasks(_ bytes: [UInt8]) throws -> [NewTask] {
        var tasks: [NewTask] = []
        for (index, line) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated()
        where !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) {
            guard let text = String(validating: line, as: UTF8.self) else {
                throw TaskJSONError(
                    line: index + 1, what: "the line is not UTF-8", remedy: "put other bytes into prompt_base64")
            }
            do { tasks.append(try task(text)) } catch let problem as Problem {
                throw TaskJSONError(line: index + 1, what: problem.what, remedy: problem.remedy)
            } catch let error as ConfigurationError {
                throw TaskJSONError(line: index + 1, what: error.report.what, remedy: error.report.remedy ?? "")
            }
        }
        return tasks
    }

    struct Problem: Error {
        let what: String
        let remedy: String
        var field: String?
        /// The value is one that the field may have, but not in this queue.
        var isOfThisQueue = false
    }

    /// The task of one line, or the `Problem` with it.
    func task(_ text: String) throws -> NewTask {
        if let escape = JSONText.escapeWithoutText(text) {
            throw Problem(
                what: "a string holds \(escape), which is no text", remedy: "put the bytes into prompt_base64")
        }
        guard let fields = try json.fields(ofJSON: text) else {
            throw Problem(what: "the line is no JSON object", remedy: "write one like {\"prompt\":\"date\"}")
        }
        return try task(fields)
    }

    /// The task that the members of an object make, or the `Problem` with them.
    func task(_ fields: [Store.JSONField]) throws -> NewTask {
        func field(_ key: String) -> Store.JSONField? { fields.first { $0.key == key && $0.kind != .null } }
        var keys: Set<String> = []
        if let twice = fields.first(where: { !keys.insert($0.key).inserted }) {
            throw Problem(what: "field '\(twice.key)' is given twice", remedy: "give it once")
        }
        if field("every") != nil {
            throw Problem(what: "this is no task, but what 'every' has set up", remedy: "run: koubouctl import")
        }
        for field in fields where !Self.ignored.contains(field.key) && !Self.known.contains(field.key) {
            throw Problem(
                what: "unknown field '\(field.key)'", remedy: suggestion(for: field.key, among: Self.known),
                field: field.key)
        }
        let hasWords = field("argv") != nil || field("argv_base64") != nil
        var task = try template(try field("type").map { try text($0) } ?? (hasWords ? "exec" : defaultType))
        if let field = field("priority") {
            guard let priority = field.wholeNumber.flatMap({ Priority(Int($0)) }) else {
                throw wrong(field, "a whole number from 1 to 10")
            }
            task.priority = priority
        }
        if let field = field("title") { task.title = try text(field) }
        if let field = field("max_attempts") {
            guard let number = field.wholeNumber, (1...1000).contains(number) else {
                throw wrong(field, "a whole number from 1 to 1000")
            }
            task.maxAttempts = Int(number)
        }
        if let field = field("timeout") {
            task.timeout = try timeout(field)
        } else if fields.contains(where: { $0.key == "timeout" }) {
            task.timeout = nil  // said to be none
        }
        if let bytes = try bytes(field("prompt"), field("prompt_base64")) { task.prompt = bytes }
        if let bytes = try bytes(field("cwd"), field("cwd_base64")) {
            guard bytes.first == UInt8(ascii: "/"), !bytes.contains(0) else {
                throw Problem(what: "cwd is no absolute path", remedy: "begin it with /")
            }
            task.cwd = bytes
        }
        if let words = try words(field("argv"), .array, field("argv_base64")) { task.argv = words }
        if let words = try words(field("env"), .object, field("env_base64")) { task.env += words }
        if let field = field("tags") {
            task.tags += try list(field, .array).map { String(decoding: $0, as: UTF8.self) }
            guard task.tags.allSatisfy({ !$0.isEmpty && !$0.contains(",") }) else {
                throw wrong(field, "tags that are not empty and hold no comma")
            }
        }
        try readOrder(fields, into: &task)
        try check(task)
        return task
    }

    private func check(_ task: NewTask) throws {
        let isExec = task.argv != nil
        if isExec, task.argv?.first?.isEmpty ?? true {
            throw Problem(what: "argv names no program", remedy: "write [\"PROGRAM\", \"ARG\"]")
        }
        if task.type == "exec", !isExec {
            throw Problem(what: "a task of type exec needs argv", remedy: "write \"argv\":[\"PROGRAM\", \"ARG\"]")
        }
        if task.type != "exec", isExec {
            throw Problem(what: "argv belongs to type exec", remedy: "leave out type, or give a prompt")
        }
        if !isExec, task.prompt == nil {
            throw Problem(what: "there is neither prompt nor argv", remedy: "add one, like \"prompt\":\"date\"")
        }
    }

    func wrong(_ field: Store.JSONField, _ allowed: String) -> Problem {
        Problem(
            what: "\(field.key) is \(field.kind == .text ? "'\(field.text)'" : field.text)", remedy: "write \(allowed)",
            field: field.key)
    }

    func text(_ field: Store.JSONField) throws -> String {
        guard field.kind == .text, !field.text.isEmpty else { throw wrong(field, "a string that is not empty") }
        return field.text
    }

    /// A number of seconds, or a duration like "5m"; 0 for none.
    private func timeout(_ field: Store.JSONField) throws -> Duration? {
        guard let limit = field.duration else {
            throw wrong(field, "a number of seconds, or \"5m\"")
        }
        return limit == .zero ? nil : limit
    }

    private func bytes(_ plain: Store.JSONField?, _ encoded: Store.JSONField?) throws -> [UInt8]? {
        if let encoded { return try decode(encoded) }
        guard let plain else { return nil }
        guard plain.kind == .text else { throw wrong(plain, "a string") }
        return Array(plain.text.utf8)
    }

    private func decode(_ field: Store.JSONField) throws -> [UInt8] {
        guard field.kind == .text, let decoded = KoubouCore.bytes(base64: field.text) else {
            throw wrong(field, "base64")
        }
        return decoded
    }

    private func words(_ plain: Store.JSONField?, _ kind: Store.JSONField.Kind, _ encoded: Store.JSONField?) throws
        -> [[UInt8]]?
    {
        guard let encoded else { return try plain.map { try list($0, kind) } }
        let bytes = try decode(encoded)
        guard bytes.last ?? 0 == 0 else { throw wrong(encoded, "base64 of words that end with a NUL each") }
        let words = bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map(Array.init)
        if kind == .object, words.contains(where: { ($0.firstIndex(of: UInt8(ascii: "=")) ?? 0) == 0 }) {
            throw wrong(encoded, "base64 of NAME=value words")
        }
        return words
    }

    /// The strings of an array, or the `NAME=value` of an object of strings.
    func list(_ field: Store.JSONField, _ kind: Store.JSONField.Kind) throws -> [[UInt8]] {
        let form = kind == .array ? "an array of strings" : "an object of strings"
        guard field.kind == kind else { throw wrong(field, form) }
        return try json.elementFields(ofJSON: field.text).map { element in
            guard element.kind == .text, !element.text.utf8.contains(0) else { throw wrong(field, form) }
            if kind == .object {
                guard !element.key.isEmpty, !element.key.contains("=") else { throw wrong(field, "names without '='") }
                return Array("\(element.key)=\(element.text)".utf8)
            }
            return Array(element.text.utf8)
        }
    }
}

/// A line of JSON that is no task.
struct TaskJSONError: UserFacingError {
    let line: Int
    let what: String
    let remedy: String

    var exitCode: ExitCode { .dataError }
    var report: (what: String, place: String?, remedy: String?) {
        (what, "line \(line) of stdin", remedy + "; nothing was stored")
    }
}
