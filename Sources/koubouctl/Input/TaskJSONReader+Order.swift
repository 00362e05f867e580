import KoubouCore

/// The fields that say when a task runs, whether it is a new one, and what is kept with it.
extension TaskJSONReader {
    func readOrder(_ fields: [Store.JSONField], into task: inout NewTask) throws {
        func field(_ key: String) -> Store.JSONField? { fields.first { $0.key == key && $0.kind != .null } }
        if let field = field("slots") { task.slots = try slots(field, of: task.type) }
        if let field = field("metadata") { task.metadata += try list(field, .object) }
        if let field = field("after") { task.after = try ids(field) }
        if let field = field("after_any") { task.afterAny = try ids(field) }
        if let field = field("key") { task.key = try text(field) }
        if let field = field("continue") {
            guard let number = field.wholeNumber, number > 0 else {
                throw wrong(field, "a task id")
            }
            task.continues = TaskID(number)
        }
        if let field = field("notify") { task.notify = try command(field) }
        let times = ["delay", "at", "run_at"].compactMap(field)
        guard times.count <= 1 else {
            throw Problem(
                what: "\(times[0].key) and \(times[1].key) exclude each other", remedy: "give one of them")
        }
        if let field = times.first { task.runAt = try moment(field) }
    }

    private func slots(_ field: Store.JSONField, of type: String) throws -> Int {
        let most = throttles[type]?.concurrency ?? 10_000
        guard let number = field.wholeNumber, (1...most).contains(Int(number)) else {
            var problem = wrong(field, "a whole number from 1 to \(most)")
            problem.isOfThisQueue = (1...10_000).contains(field.wholeNumber ?? 0)
            throw problem
        }
        return Int(number)
    }

    private func ids(_ field: Store.JSONField) throws -> [TaskID] {
        guard field.kind == .array else { throw wrong(field, "an array of task ids") }
        return try json.elementFields(ofJSON: field.text).map { element in
            guard let number = element.wholeNumber, number > 0 else {
                throw wrong(field, "an array of task ids")
            }
            return TaskID(number)
        }
    }

    /// Words, or one text that is split into words.
    private func command(_ field: Store.JSONField) throws -> [String] {
        let words =
            field.kind == .array
            ? try list(field, .array).map { String(decoding: $0, as: UTF8.self) } : CommandWords.split(try text(field))
        guard let words, let program = words.first, !program.isEmpty else {
            throw wrong(field, "a program and its arguments, as a string or an array of strings")
        }
        return words
    }

    /// A number of seconds or a duration from now; a time as `--at` takes it, or as `show --json` prints it.
    private func moment(_ field: Store.JSONField) throws -> Timestamp {
        let now = Clock.now
        if field.key == "delay" {
            guard let delay = field.duration else {
                throw wrong(field, "a number of seconds, or \"5m\"")
            }
            return now + delay
        }
        guard field.kind == .text,
            let moment = Timestamp(field.text) ?? MomentText.parse(field.text, now: now, in: .system)
        else { throw wrong(field, MomentText.form) }
        return moment
    }
}
