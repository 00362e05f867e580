/// A whole task as one JSON object, for export and import: every column of the tables that hold tasks is in it, so that
/// a new column needs nothing here.
enum TaskDocument {
    /// One row a task. Their columns are the members of the object.
    private static let rows = ["task_master", "task_payload", "task_result"]
    /// Any number of rows a task. Each table is a member, an array in this order; of a single column that is left the
    /// values alone.
    private static let lists = [
        (member: "tags", table: "task_tag", order: "tag"), (member: "attempts", table: "task_attempt", order: "claim"),
        (member: "events", table: "task_event", order: "seq"),
        (member: "dependencies", table: "task_dependency", order: "depends_on"),
    ]
    /// Given anew when a task is stored.
    private static let numbers: Set = ["task_id", "seq"]
    /// These hold JSON where they hold text.
    private static let json: Set = ["argv", "env", "metadata", "notify", "tags"]

    struct Column {
        let name: String
        /// True when it may hold bytes that are no text: then they are in `NAME_base64`.
        let isAny: Bool
    }

    /// The views `task_document (task_id, document)` and `new_task_document`, into which a document is inserted.
    ///
    /// - Parameter columns: those that a table has.
    static func script(columns: (String) throws(StoreError) -> [Column]) throws(StoreError) -> String {
        var parts: [String] = []
        var inserts: [String] = []
        for table in rows {
            let own = try columns(table).filter { $0.name != "task_id" }
            parts.append(object(own, "\(table)."))
            let values = own.map { value($0, "NEW.document", "$.\($0.name)") }
            // A task without a result has no row of one.
            let condition =
                table == "task_result" ? " WHERE coalesce(\(values.joined(separator: ", "))) IS NOT NULL" : ""
            inserts.append(
                "INSERT INTO \(table) (task_id, \(names(own))) SELECT NEW.task_id, \(values.joined(separator: ", "))"
                    + condition)
        }
        for (member, table, order) in lists {
            let own = try columns(table).filter { !numbers.contains($0.name) }
            let element = own.count == 1 ? own[0].name : "json(\(object(own, "")))"
            parts.append(
                """
                json_object('\(member)', json((SELECT json_group_array(\(element))
                  FROM (SELECT * FROM \(table) WHERE task_id = task_master.task_id ORDER BY \(order)))))
                """)
            let values = own.map { own.count == 1 ? "value" : value($0, "value", "$.\($0.name)") }
            // What a trigger has noted about the insertion itself is not what happened to the task.
            inserts.append(
                "DELETE FROM \(table) WHERE task_id = NEW.task_id AND json_type(NEW.document, '$.\(member)') = 'array'")
            inserts.append(
                """
                INSERT INTO \(table) (task_id, \(names(own))) SELECT NEW.task_id, \(values.joined(separator: ", "))
                  FROM json_each(NEW.document, '$.\(member)') WHERE json_type(NEW.document, '$.\(member)') = 'array'
                  ORDER BY key
                """)
        }
        // Texts are put together, because functions take no more than a hundred arguments.
        let members = parts.map { "substr(\($0), 2, length(\($0)) - 2)" }.joined(separator: " || ',' || ")
        return """
            CREATE TEMP VIEW task_document AS
            SELECT task_id, '{"task_id":' || task_id || ',' || \(members) || '}' AS document
            FROM task_master JOIN task_payload USING (task_id) LEFT JOIN task_result USING (task_id);
            CREATE TEMP VIEW new_task_document AS SELECT NULL AS task_id, NULL AS document;
            CREATE TEMP TRIGGER store_document INSTEAD OF INSERT ON new_task_document BEGIN
            \(inserts.joined(separator: ";\n"));
            END;
            """
    }

    /// Members that the objects of `table`, or of the document itself, may have.
    static func members(columns: (String) throws(StoreError) -> [Column]) throws(StoreError) -> [String: Set<String>] {
        var members = ["": Set(lists.map(\.member)).union(["task_id"])]
        for table in rows { members[""]?.formUnion(memberNames(try columns(table))) }
        for list in lists where list.member != "tags" {
            members[list.member] = memberNames(try columns(list.table)).subtracting(numbers)
        }
        return members
    }

    static func memberNames(_ columns: [Column]) -> Set<String> {
        Set(columns.flatMap { $0.isAny ? [$0.name, $0.name + "_base64"] : [$0.name] })
    }

    static func names(_ columns: [Column]) -> String { columns.map(\.name).joined(separator: ", ") }

    /// The JSON object of a row. What is no text is a member of its own, which is absent elsewhere.
    static func object(_ columns: [Column], _ qualifier: String) -> String {
        let plain = columns.map { column in
            let name = qualifier + column.name
            let text = column.isAny ? "iif(typeof(\(name)) = 'text', \(name), NULL)" : name
            return "'\(column.name)', " + (json.contains(column.name) ? "json(\(text))" : text)
        }
        let encoded = columns.filter(\.isAny).map { column in
            let name = qualifier + column.name
            return "'\(column.name)_base64', base64(iif(typeof(\(name)) = 'blob', \(name), NULL))"
        }
        let object = "json_object(\(plain.joined(separator: ", ")))"
        return encoded.isEmpty ? object : "json_patch(\(object), json_object(\(encoded.joined(separator: ", "))))"
    }

    static func value(_ column: Column, _ json: String, _ path: String) -> String {
        let plain = "json_extract(\(json), '\(path)')"
        return column.isAny ? "coalesce(\(plain), unbase64(json_extract(\(json), '\(path)_base64')))" : plain
    }
}
