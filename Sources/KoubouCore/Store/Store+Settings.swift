extension Store {
    /// What `koubouctl pool` has set, by key of `[pool]`.
    public func poolSettings() throws(StoreError) -> [(key: String, value: String)] {
        try database.rows("SELECT key, value FROM settings ORDER BY key") { row throws(StoreError) in
            (try row.get(0), try row.get(1))
        }
    }

    /// Keeps `settings`, on top of what was set before; a profile takes the place of an earlier min and max.
    public func keep(poolSettings settings: [(key: String, value: String)]) throws(StoreError) {
        try write { () throws(StoreError) in
            if settings.contains(where: { $0.key == "profile" }) {
                try database.run("DELETE FROM settings WHERE key IN ('min', 'max')")
            }
            for (key, value) in settings {
                try database.run("INSERT OR REPLACE INTO settings VALUES (?1, ?2)", key, value)
            }
        }
    }

    public func resetPoolSettings() throws(StoreError) {
        try write { () throws(StoreError) in try database.run("DELETE FROM settings") }
    }
}
