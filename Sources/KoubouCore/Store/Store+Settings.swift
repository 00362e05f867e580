extension Store {
    /// What `koubouctl pool` has set, by key of `[pool]`.
    public func poolSettings() throws(StoreError) -> [(key: String, value: String)] {
        try database.rows("SELECT key, value FROM settings ORDER BY key") { row throws(StoreError) in
            (try row.get(0), try row.get(1))
        }
    }

    /// What would be kept with `settings` on top: a profile takes the place of an earlier min and max.
    public func poolSettings(adding settings: [(key: String, value: String)]) throws(StoreError) -> [(
        key: String, value: String
    )] {
        let replaced = Set(settings.map(\.key) + (settings.contains { $0.key == "profile" } ? ["min", "max"] : []))
        return try poolSettings().filter { !replaced.contains($0.key) } + settings
    }

    public func keep(poolSettings settings: [(key: String, value: String)]) throws(StoreError) {
        try write { () throws(StoreError) in
            let all = try poolSettings(adding: settings)
            try database.run("DELETE FROM settings")
            for (key, value) in all { try database.run("INSERT INTO settings VALUES (?1, ?2)", key, value) }
        }
    }

    public func resetPoolSettings() throws(StoreError) {
        try write { () throws(StoreError) in try database.run("DELETE FROM settings") }
    }
}
