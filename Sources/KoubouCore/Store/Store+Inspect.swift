/// Looks that a doctor takes.
extension Store {
    /// True when `home` holds a database that something was written to.
    public static func isThere(in home: Home) -> Bool { (fileStatus(home.database)?.st_size ?? 0) > 0 }

    /// The first thing that a quick look through the file finds wrong; nil when it finds nothing.
    ///
    /// It reads all of the database.
    public func firstFault() throws(StoreError) -> String? {
        let line: String? = try database.first("PRAGMA quick_check(1)") { row throws(StoreError) in try row.get(0) }
        return line == "ok" ? nil : line
    }

    /// When a task changed its state last.
    public func lastEventTime() throws(StoreError) -> Timestamp? {
        try database.first("SELECT at FROM task_event ORDER BY seq DESC LIMIT 1") { row throws(StoreError) in
            try row.get(0)
        }
    }

    /// The names of the models in Ollama's answer to `/api/tags`; nil when `json` is no such answer.
    public static func models(inOllamaTags json: String) throws(StoreError) -> [String]? {
        let reader = try Database(path: ":memory:")
        let isAnswer: Bool? = try reader.first(
            "SELECT ifnull(iif(json_valid(?1), json_type(?1, '$.models'), '') = 'array', 0)", json
        ) { row throws(StoreError) in try row.get(0) }
        guard isAnswer ?? false else { return nil }
        return try reader.rows("SELECT ifnull(json_extract(value, '$.name'), '') FROM json_each(?1, '$.models')", json)
        {
            row throws(StoreError) in try row.get(0)
        }
    }
}

extension Store {
    /// The tags that tasks have, in order; each costs one step in an index, however many tasks have it.
    public func tags(limit: Int) throws(StoreError) -> [String] {
        try database.rows(
            """
            WITH RECURSIVE tags(tag) AS (
              SELECT min(tag) FROM task_tag
              UNION ALL SELECT (SELECT min(tag) FROM task_tag WHERE tag > tags.tag) FROM tags WHERE tags.tag IS NOT NULL)
            SELECT tag FROM tags WHERE tag IS NOT NULL LIMIT ?1
            """, limit
        ) { row throws(StoreError) in try row.get(0) }
    }
}
