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

    /// The models in Ollama's answer to `/api/tags` or `/api/ps`; nil when `json` is no such answer.
    public static func models(inOllamaAnswer json: String) throws(StoreError) -> [OllamaModel]? {
        let reader = try Database(path: ":memory:")
        let isAnswer: Bool? = try reader.first(
            "SELECT ifnull(iif(json_valid(?1), json_type(?1, '$.models'), '') = 'array', 0)", json
        ) { row throws(StoreError) in try row.get(0) }
        guard isAnswer ?? false else { return nil }
        return try reader.rows(
            """
            SELECT iif(json_type(value, '$.name') = 'text', value ->> '$.name', ''),
              iif(json_type(value, '$.size') = 'integer', value ->> '$.size', NULL),
              iif(json_type(value, '$.size_vram') = 'integer', value ->> '$.size_vram', NULL)
            FROM json_each(?1, '$.models') WHERE type = 'object'
            """, json
        ) { row throws(StoreError) in
            OllamaModel(name: try row.get(0), size: try row.get(1), onGPU: try row.get(2))
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
