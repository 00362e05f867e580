extension Store {
    /// Tasks that are looked at in one search, and characters of the prompt of each.
    private static let searchSpan = 5000

    /// Of the newest tasks that pass `filter` and are older than `end`, those in whose title, words, prompt, tags, key or
    /// error `text` is found, the newest first. Case of ASCII letters does not matter.
    /// - Returns: at most `limit`, and where the search goes on; nil: at the end.
    public func search(
        _ text: String, _ filter: TaskFilter, before end: TaskID, limit: Int
    ) throws(StoreError) -> (ids: [TaskID], next: TaskID?) {
        let candidates = try newestTaskIDs(filter, before: end, limit: Self.searchSpan)
        let found: [TaskID] = try database.rows(
            """
            SELECT t.task_id FROM json_each(?1) JOIN task_master AS t ON t.task_id = value JOIN task_payload USING (task_id)
              LEFT JOIN task_result USING (task_id)
            WHERE instr(lower(t.task_id || char(10) || ifnull(title, '') || char(10)
                || iif(typeof(argv) = 'text', argv, '') || char(10)
                || iif(typeof(prompt) = 'text', substr(prompt, 1, 4000), '') || char(10) || ifnull(t.key, '') || char(10)
                || ifnull(error, '') || char(10)
                || (SELECT ifnull(group_concat(tag, char(10)), '') FROM task_tag WHERE task_tag.task_id = t.task_id)), lower(?2))
            ORDER BY t.task_id DESC LIMIT ?3
            """, JSONText.list(candidates), text, limit
        ) { row throws(StoreError) in try row.get(0) }
        if found.count == limit { return (found, found.last) }
        return (found, candidates.count == Self.searchSpan ? candidates.first : nil)
    }
}
