/// Checks what only a task that exists has, before a document is stored: the schema would take a time that is none, and
/// nobody could read the row.
public struct DocumentCheck {
    private let store: Store
    private let known: [String: Set<String>]

    private static let ranges: [String: ClosedRange<Int64>] = [
        "task_id": 1...1 << 53, "attempt": 0...1_000_000, "lost": 0...1_000_000, "claim": 0...1 << 53,
        "retried_claim": 0...1 << 53,
        "exit_status": 0...255, "signal": 0...64, "pid": 0...1 << 31 - 1, "cancel_requested": 0...1,
        "peak_memory": 0...1 << 60, "waits_for": 0...1_000_000, "depends_on": 1...1 << 53, "any_end": 0...1,
        "parent": 1...1 << 53, "depth": 0...1_000_000, "progress": 0...100, "number": 1...1 << 53,
        "last_task_id": 1...1 << 53,
    ]

    public init(_ store: Store) throws(StoreError) {
        self.store = store
        known = try TaskDocument.members(columns: store.columns)
            .merging(RecurringDocument.members(columns: store.columns)) { task, _ in task }
    }

    /// Throws `StoreError.notImportable`.
    public func check(_ document: String) throws(StoreError) {
        guard let fields = try store.json.fields(ofJSON: document) else {
            throw .notImportable(what: "the line is no JSON object", remedy: "write what 'koubouctl export' prints")
        }
        if let recurring = fields.first(where: { $0.key == "every" }) {
            guard fields.count == 1 else {
                throw .notImportable(what: "'every' stands beside a task", remedy: "write a line for each")
            }
            return try check(recurring: recurring)
        }
        try check(fields, of: "")
        for list in ["attempts", "events", "dependencies"] {
            guard let field = fields.first(where: { $0.key == list }) else { continue }
            guard field.kind == .array else { throw refusal(field, "an array of objects") }
            for element in try store.json.elementFields(ofJSON: field.text) {
                guard element.kind == .object else { throw refusal(field, "an array of objects") }
                try check(try store.json.elementFields(ofJSON: element.text), of: list)
            }
        }
        let isEnded = fields.first { $0.key == "status" }.flatMap { TaskState(rawValue: $0.text) }?.isEnded ?? false
        if isEnded, !fields.contains(where: { $0.key == "ended_at" && $0.kind == .text }) {
            throw .notImportable(what: "a task that has ended needs ended_at", remedy: "write when it was")
        }
    }

    private func check(recurring field: Store.JSONField) throws(StoreError) {
        guard field.kind == .object else { throw refusal(field, "an object") }
        let fields = try store.json.elementFields(ofJSON: field.text)
        try check(fields, of: "every")
        let spec = fields.first { $0.key == "spec" }?.text ?? ""
        do { _ = try Recurrence(spec) } catch {
            throw .notImportable(what: error.report.what, remedy: error.report.remedy ?? "")
        }
        guard let task = fields.first(where: { $0.key == "task" && $0.kind == .object }) else {
            throw .notImportable(what: "there is no task", remedy: "write it as an object, as 'koubouctl export' does")
        }
        try check(try store.json.elementFields(ofJSON: task.text), of: "task")
    }

    private func check(_ fields: [Store.JSONField], of list: String) throws(StoreError) {
        let members = known[list] ?? []
        let given = Set(fields.lazy.filter { $0.kind != .null }.map(\.key))
        for field in fields {
            guard members.contains(field.key) else {
                throw .notImportable(
                    what: "unknown field '\(field.key)'", remedy: suggestion(for: field.key, among: members.sorted()))
            }
            guard field.kind != .null else { continue }
            if given.contains(field.key + "_base64") {
                throw .notImportable(what: "\(field.key) and \(field.key)_base64 are both given", remedy: "give one")
            }
            if field.key == "at" || field.key.hasSuffix("_at") {
                guard field.kind == .text, Timestamp(field.text)?.description == field.text else {
                    throw refusal(field, "a time of UTC like 2026-03-01 09:30:02.114")
                }
            } else if let range = Self.ranges[field.key] {
                guard field.kind == .integer, let number = Int64(field.text), range.contains(number) else {
                    throw refusal(field, "a whole number from \(range.lowerBound) to \(range.upperBound)")
                }
            } else if field.key == "cpu_time" {
                guard let seconds = Double(field.text), (0...1e12).contains(seconds) else {
                    throw refusal(field, "a number of seconds")
                }
            } else if field.key.hasSuffix("status") {
                guard TaskState(rawValue: field.text) != nil else {
                    throw refusal(field, "one of " + TaskState.allCases.map(\.rawValue).joined(separator: ", "))
                }
            }
        }
    }

    private func refusal(_ field: Store.JSONField, _ allowed: String) -> StoreError {
        .notImportable(what: "\(field.key) is '\(field.text.prefix(80))'", remedy: "write \(allowed)")
    }
}
