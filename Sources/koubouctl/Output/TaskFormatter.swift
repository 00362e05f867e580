import KoubouCore

/// Fills the template of `--format` from a task's JSON object.
struct TaskFormatter {
    private let format: OutputFormat
    private let store: Store

    /// - Parameter known: the fields that there are.
    init(_ format: OutputFormat, known: [String], store: Store) throws {
        try format.check(known)
        (self.format, self.store) = (format, store)
    }

    /// - Parameter members: of the task's object. What it hasn't got is empty; `title` is what the table of `list` shows.
    func text(of task: TaskID, _ members: [(key: String, value: String?)]) throws -> String {
        let title = format.fields.contains("title") ? try store.summary(of: task)?.title : nil
        return format.text { name in
            let value = name == "title" ? title : members.first { $0.key == name }?.value
            // On a terminal a value must not steer it.
            return Terminal.isThere ? LogLine.printable(value ?? "") : value ?? ""
        }
    }
}
