/// Reads JSON texts by SQLite's own functions, also where there is no queue.
public struct JSONReader {
    let database: Database

    init(_ database: Database) { self.database = database }

    /// With a database of its own, in memory.
    public init() throws(StoreError) { database = try Database(path: ":memory:") }

    /// The members of a JSON object, in order; nil when `json` is none.
    public func fields(ofJSON json: String) throws(StoreError) -> [Store.JSONField]? {
        // It would end there for SQLite; and no JSON holds a NUL.
        guard !json.utf8.contains(0) else { return nil }
        let type = try lending(json) { text throws(StoreError) in
            try database.first("SELECT iif(json_valid(?1), json_type(?1), '')", text) { row throws(StoreError) in
                try row.get(0) as String?
            } ?? nil
        }
        guard type == "object" else { return nil }
        return try lending(json) { text throws(StoreError) in
            try database.rows(
                "SELECT key, type, CAST(ifnull(atom, value) AS TEXT) FROM json_each(?1)", text, decode: field)
        }
    }

    /// The text may be long: SQLite reads it where it is.
    private func lending<Value>(
        _ json: String, _ body: (LentText) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = json.withCString { start in
            do throws(StoreError) { return .success(try body(LentText(start: start))) } catch { return .failure(error) }
        }
        return try result.get()
    }

    /// The members or elements of a JSON object or array, in order: so `json_each` walks.
    public func elementFields(ofJSON json: String) throws(StoreError) -> [Store.JSONField] {
        try database.rows(
            "SELECT CAST(key AS TEXT), type, CAST(ifnull(atom, value) AS TEXT) FROM json_each(?1)", json, decode: field)
    }

    private func field(_ row: Row) throws(StoreError) -> Store.JSONField {
        Store.JSONField(
            key: try row.get(0), kind: Store.JSONField.Kind(rawValue: try row.get(1)) ?? .null,
            text: try row.get(2) ?? "")
    }

    /// The elements of a JSON array, each as JSON or as its text.
    public func elements(ofJSON array: String) throws(StoreError) -> [String] {
        try elementFields(ofJSON: array).map(\.text)
    }

    /// The members of a JSON object, in order: strings as they are, numbers and what is nested as JSON, null as nil.
    public func members(ofJSON object: String) throws(StoreError) -> [(key: String, value: String?)] {
        try elementFields(ofJSON: object).map { ($0.key, $0.kind == .null ? nil : $0.text) }
    }

    /// The text of the value at `path` (such as `$.tasks.pending`) of a JSON text; nil when it is absent or null.
    public func value(inJSON json: String, at path: String) throws(StoreError) -> String? {
        try database.first("SELECT CAST(json_extract(?1, ?2) AS TEXT)", json, path) { row throws(StoreError) in
            try row.get(0) as String?
        }
            ?? nil
    }

    /// What is at `path`, as JSON, with its numbers and strings as they were written; nil when nothing is.
    public func json(in text: String, at path: String) throws(StoreError) -> String? {
        try database.first("SELECT ?1 -> ?2", text, path) { row throws(StoreError) in try row.get(0) as String? } ?? nil
    }

    /// How many elements a JSON array has.
    public func count(ofArray json: String) throws(StoreError) -> Int {
        try database.first("SELECT json_array_length(?1)", json) { row throws(StoreError) in try row.get(0) } ?? 0
    }

    /// True when `text` is one JSON value, nested no deeper than SQLite reads.
    public func isJSON(_ text: String) throws(StoreError) -> Bool {
        try database.first("SELECT json_valid(?1)", text) { row throws(StoreError) in try row.get(0) } ?? false
    }
}
