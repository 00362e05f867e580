/// What `every` has set up as one JSON object, for export and import: when it is due, and beside it the task. Like a
/// task's document it has every column.
enum RecurringDocument {
    /// These say when; all others are of the task.
    private static let own = ["number", "spec", "next_at", "last_task_id"]

    /// The views `recurring_document (number, document)` and `new_recurring_document`, into which a document is inserted.
    static func script(columns: (String) throws(StoreError) -> [TaskDocument.Column]) throws(StoreError) -> String {
        let all = try columns("recurring")
        let task = all.filter { !own.contains($0.name) }
        let values = ["NEW.number", "spec", "next_at", "last_task_id"].map {
            $0.hasPrefix("NEW") ? $0 : "json_extract(NEW.document, '$.every.\($0)')"
        }
        return """
            CREATE TEMP VIEW recurring_document AS
            SELECT number, json_object('every', json_object(\(own.map { "'\($0)', \($0)" }.joined(separator: ", ")),
              'task', json(\(TaskDocument.object(task, ""))))) AS document FROM recurring;
            CREATE TEMP VIEW new_recurring_document AS SELECT NULL AS number, NULL AS document;
            CREATE TEMP TRIGGER store_recurring INSTEAD OF INSERT ON new_recurring_document BEGIN
            INSERT INTO recurring (\(own.joined(separator: ", ")), \(TaskDocument.names(task)))
              SELECT \(values.joined(separator: ", ")),
              \(task.map { TaskDocument.value($0, "NEW.document", "$.every.task.\($0.name)") }.joined(separator: ", "));
            END;
            """
    }

    /// Members that the object itself, as `every`, and its task may have.
    static func members(columns: (String) throws(StoreError) -> [TaskDocument.Column]) throws(StoreError)
        -> [String: Set<String>]
    {
        let task = try columns("recurring").filter { !own.contains($0.name) }
        return ["every": Set(own).union(["task"]), "task": TaskDocument.memberNames(task)]
    }
}

/// The numbers that an import gives, by those that its lines have.
public struct NewNumbers: Sendable {
    var tasks: [TaskID: TaskID] = [:]
    var recurring: [Int64: Int64] = [:]
    /// What has set up a task as its last run, by the task's former id.
    var lastRuns: [TaskID: Int64] = [:]

    public init() {}
}

extension Store {
    /// Everything that `every` has set up.
    public func exportRecurring() throws(StoreError) -> [String] {
        try database.rows("SELECT document FROM recurring_document ORDER BY number") { row throws(StoreError) in
            try row.get(0)
        }
    }

    /// True for a document of `exportRecurring`.
    public func isRecurring(_ document: String) throws(StoreError) -> Bool {
        try json(in: document, at: "$.every") != nil
    }

    /// Stores such a document, inside of a transaction.
    func storeRecurring(_ document: String, renumbering numbers: inout NewNumbers?) throws(StoreError) {
        guard let former = try value(inJSON: document, at: "$.every.number").flatMap({ Int64($0) }) else {
            throw .notImportable(what: "there is no number", remedy: "write the one that 'koubouctl export' prints")
        }
        if numbers == nil, try isRecurring(former) {
            throw .notImportable(
                what: "number \(former) of 'koubouctl every' is there already",
                remedy: "import with --renumber, or into another --home")
        }
        do {
            try database.run(
                "INSERT INTO new_recurring_document (number, document) VALUES (?1, ?2)",
                numbers == nil ? former : nil, document)
        } catch { throw error.asRefusalOfDocument }
        guard numbers != nil else { return }
        let number = try newestRecurring()
        numbers?.recurring[former] = number
        if let last = try value(inJSON: document, at: "$.every.last_task_id").flatMap({ Int64($0) }) {
            numbers?.lastRuns[TaskID(last)] = number
        }
        try database.run("UPDATE recurring SET last_task_id = NULL WHERE number = ?1", number)
    }

    /// The task `id`, which had the id `former`, belongs to what has set it up here.
    func adoptRecurring(of id: TaskID, former: TaskID, _ numbers: NewNumbers) throws(StoreError) {
        let origin: Int64? =
            try database.first("SELECT recurring FROM task_payload WHERE task_id = ?1", id) { row throws(StoreError) in
                try row.get(0) as Int64?
            } ?? nil
        guard let origin else { return }
        try database.run(
            "UPDATE task_payload SET recurring = ?2 WHERE task_id = ?1", id, numbers.recurring[origin])
        if let number = numbers.lastRuns[former] {
            try database.run("UPDATE recurring SET last_task_id = ?2 WHERE number = ?1", number, id)
        }
    }

    private func isRecurring(_ number: Int64) throws(StoreError) -> Bool {
        try database.first("SELECT 1 FROM recurring WHERE number = ?1", number) { row throws(StoreError) in
            try row.get(0)
        } ?? false
    }

    private func newestRecurring() throws(StoreError) -> Int64 {
        try database.first("SELECT max(number) FROM recurring") { row throws(StoreError) in try row.get(0) } ?? 0
    }
}
