extension Store {
    /// A whole task, in a form that `importTasks` takes.
    public struct ExportedTask: Sendable {
        /// A JSON object; what lies in files is not in it.
        public let document: String
        /// Files whose bytes belong into the document, and the members for their base64.
        public let files: [(member: String, path: String)]
    }

    /// Must be called before the first export or import.
    public func prepareDocuments() throws(StoreError) {
        try database.execute(script: try TaskDocument.script(columns: columns))
        try database.execute(script: try RecurringDocument.script(columns: columns))
    }

    /// Nil when there is no such task.
    public func export(_ task: TaskID) throws(StoreError) -> ExportedTask? {
        let document: String? = try database.first("SELECT document FROM task_document WHERE task_id = ?1", task) {
            row throws(StoreError) in try row.get(0)
        }
        guard let document else { return nil }
        var files: [(member: String, path: String)] = []
        if let output = try output(of: task) {
            if case .file(let path) = output.stdout { files.append(("result_base64", path)) }
            if case .file(let path) = output.stderr { files.append(("stderr_base64", path)) }
        }
        return ExportedTask(document: document, files: files)
    }

    func columns(_ table: String) throws(StoreError) -> [TaskDocument.Column] {
        try database.rows("SELECT name, type = 'ANY' FROM pragma_table_info(?1) ORDER BY cid", table) {
            row throws(StoreError) in TaskDocument.Column(name: try row.get(0), isAny: try row.get(1))
        }
    }
}
