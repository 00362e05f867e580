import Glibc

extension Store {
    /// Stores exported tasks and what `every` has set up, all or none; each keeps its id, or gets the next one.
    ///
    /// A task that was running when it was exported is put back into the queue: its attempt does not count.
    ///
    /// - Parameters:
    ///   - numbers: those that this import has given so far; nil to keep ids.
    ///   - notify: to whom the ends of other tasks are told.
    ///   - atLine: called before each document is stored, with its index.
    /// - Returns: the ids of the tasks, in order, and how many of them wait.
    public func importTasks(
        _ documents: [String], renumbering numbers: inout NewNumbers?, notify: NotifySettings = NotifySettings(),
        at now: Timestamp, atLine: (Int) -> Void
    ) throws(StoreError) -> (ids: [TaskID], waiting: Int) {
        var files: [String] = []
        do {
            return try write { () throws(StoreError) in
                var ids: [TaskID] = []
                var waiting = 0
                try withoutNotifying(notify) { () throws(StoreError) in
                    for (index, document) in documents.enumerated() {
                        atLine(index)
                        if try isRecurring(document) {
                            try storeRecurring(document, renumbering: &numbers)
                            continue
                        }
                        let (id, state) = try store(document, renumbering: &numbers, at: now, files: &files)
                        ids.append(id)
                        if state.isWaiting { waiting += 1 }
                    }
                }
                if !files.isEmpty { try syncResults() }
                return (ids, waiting)
            }
        } catch {
            for file in files { unlink(file) }
            throw error
        }
    }

    private func store(
        _ document: String, renumbering numbers: inout NewNumbers?, at now: Timestamp, files: inout [String]
    ) throws(StoreError) -> (TaskID, TaskState) {
        let id = numbers == nil ? try ownID(document) : try nextID()
        let former = try formerID(document)
        if let former { numbers?.tasks[former] = id }
        var document = document
        for (stream, path) in [("result", home.stdoutFile(of: id)), ("stderr", home.stderrFile(of: id))] {
            guard try value(inJSON: document, at: "$.\(stream)_file") != nil else { continue }
            guard let text = try value(inJSON: document, at: "$.\(stream)_base64"), let bytes = bytes(base64: text)
            else {
                throw .notImportable(
                    what: "\(stream)_file is given without its bytes", remedy: "add them as \(stream)_base64")
            }
            try writeResult(bytes, to: path)
            files.append(path)
            document = try move(stream, to: fileName(of: path), in: document)
        }
        do {
            try database.run("INSERT INTO new_task_document (task_id, document) VALUES (?1, ?2)", id, document)
        } catch { throw error.asRefusalOfDocument }
        // Claims of attempts to come must not be those of attempts that are on record.
        try database.run(
            """
            UPDATE counters SET value = max(value, ifnull((SELECT max(claim) FROM task_attempt WHERE task_id = ?1), 0),
              ifnull((SELECT claim FROM task_master WHERE task_id = ?1), 0)) WHERE name = 'claim'
            """, id)
        if let numbers {
            try adoptParent(of: id, numbers.tasks)
            if let former { try adoptRecurring(of: id, former: former, numbers) }
        }
        try database.run(
            """
            UPDATE task_master SET status = iif(cancel_requested, 'cancelled', 'pending'),
              ended_at = iif(cancel_requested, ?2, NULL), attempt = max(attempt - 1, 0), pid = NULL, process = NULL, run_at = NULL,
              cancel_requested = 0, updated_at = ?2
            WHERE task_id = ?1 AND status = 'in_progress'
            """, id, now)
        try adoptDependencies(of: id, numbers?.tasks, at: now)
        try refuseSecondKey(of: id)
        return (id, try states(of: [id])[0])
    }

    /// Where ids are new, the parent has another one, too; nil when it is not among those that are imported.
    private func adoptParent(of id: TaskID, _ newIDs: [TaskID: TaskID]) throws(StoreError) {
        let former: TaskID? =
            try database.first("SELECT parent FROM task_master WHERE task_id = ?1", id) { row throws(StoreError) in
                try row.get(0) as TaskID?
            } ?? nil
        guard let former else { return }
        try database.run("UPDATE task_master SET parent = ?2 WHERE task_id = ?1", id, newIDs[former])
    }

    /// A key belongs to one task that has not ended.
    private func refuseSecondKey(of id: TaskID) throws(StoreError) {
        let holder = try database.first(
            """
            SELECT other.task_id, key FROM task_master AS own JOIN task_master AS other USING (key)
            WHERE own.task_id = ?1 AND own.ended_at IS NULL AND other.task_id <> ?1 AND other.ended_at IS NULL
            """, id
        ) { row throws(StoreError) in (task: try row.get(0) as TaskID, key: try row.get(1) as String) }
        if let holder {
            throw .notImportable(
                what: "its key '\(holder.key)' is that of task \(holder.task), which has not ended",
                remedy: "wait for that one, or cancel it")
        }
    }

    private func formerID(_ document: String) throws(StoreError) -> TaskID? {
        try value(inJSON: document, at: "$.task_id").flatMap { Int64($0) }.map(TaskID.init)
    }

    private func nextID() throws(StoreError) -> TaskID {
        let last: Int64? = try database.first("SELECT seq FROM sqlite_sequence WHERE name = 'task_master'") {
            row throws(StoreError) in try row.get(0)
        }
        return TaskID((last ?? 0) + 1)
    }

    private func ownID(_ document: String) throws(StoreError) -> TaskID {
        guard let id = try formerID(document) else {
            throw .notImportable(what: "there is no task_id", remedy: "import with --renumber, or use submit --jsonl")
        }
        let isTaken: Bool? = try database.first("SELECT 1 FROM task_master WHERE task_id = ?1", id) {
            row throws(StoreError) in try row.get(0)
        }
        if isTaken ?? false {
            throw .notImportable(
                what: "task \(id) is there already", remedy: "import with --renumber, or into another --home")
        }
        return id
    }

    /// The document with the bytes of `stream` in the file `name` instead of in itself.
    private func move(_ stream: String, to name: String, in document: String) throws(StoreError) -> String {
        try database.first(
            "SELECT json_set(json_remove(?1, '$.' || ?2 || '_base64'), '$.' || ?2 || '_file', ?3)", document, stream,
            name
        ) { row throws(StoreError) in try row.get(0) } ?? document
    }

    private func writeResult(_ bytes: [UInt8], to path: String) throws(StoreError) {
        do { try writeFile(path, bytes) } catch { throw .system(error) }
    }

    private func syncResults() throws(StoreError) {
        do { try syncFolder(home.results) } catch { throw .system(error) }
    }
}
