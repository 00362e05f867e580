/// The forms that the schema had while it was called version 1 and changed in place.
///
/// What there is is compared with the schema of version 2: a table that differs is made anew and filled with the columns that
/// both have, the rest stays as it is. Nothing but columns, tables, indexes and triggers was ever added.
enum EarlyForms {
    private struct Object: Equatable {
        let kind: String
        let name: String
        let sql: String
    }

    /// Inside of a transaction.
    static func bringToBase(_ database: Database) throws(StoreError) {
        let model = try Database(path: ":memory:")
        try model.execute(script: Schema.base)
        let wanted = try objects(of: model)
        let found = try objects(of: database)
        // None of them may act on what is moved about, and a table's new name would be written into them.
        for object in found where object.kind == "trigger" {
            try database.execute(script: "DROP TRIGGER \(object.name)")
        }
        for object in found
        where object.kind == "index" && wanted.contains(where: { $0.name == object.name && $0 != object }) {
            try database.execute(script: "DROP INDEX \(object.name)")
        }
        for table in wanted where table.kind == "table" {
            guard let former = found.first(where: { $0.kind == "table" && $0.name == table.name }) else {
                try database.execute(script: table.sql)
                continue
            }
            if former != table { try remake(table, in: database) }
        }
        let kept = try objects(of: database)
        for object in wanted where !kept.contains(object) { try database.execute(script: object.sql) }
        // What has ended before was told of before, or was not to be.
        try database.run("INSERT OR IGNORE INTO counters SELECT 'notified', ifnull(max(seq), 0) FROM task_event")
    }

    private static func objects(of database: Database) throws(StoreError) -> [Object] {
        try database.rows(
            """
            SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite^_%' ESCAPE '^'
            ORDER BY rowid
            """
        ) { row throws(StoreError) in Object(kind: try row.get(0), name: try row.get(1), sql: try row.get(2)) }
    }

    private static func remake(_ table: Object, in database: Database) throws(StoreError) {
        let (name, former) = (table.name, "former_" + table.name)
        try database.execute(script: "ALTER TABLE \(name) RENAME TO \(former)")
        try database.execute(script: table.sql)
        try database.execute(script: refill(name, from: former, in: database))
        // A number that was given out is never given out again.
        try database.run("DELETE FROM sqlite_sequence WHERE name = ?1", name)
        try database.run(
            "INSERT INTO sqlite_sequence (name, seq) SELECT ?1, seq FROM sqlite_sequence WHERE name = ?2", name, former)
        try database.execute(script: "DROP TABLE \(former)")
    }

    private static func refill(_ name: String, from former: String, in database: Database) throws(StoreError) -> String
    {
        switch name {
        // Its process has gone, else nothing would be changed.
        case "supervisor": return ""
        case "task_count":
            return
                "INSERT INTO task_count SELECT type, status, count(*), sum(slots) FROM task_master GROUP BY type, status"
        default:
            let columns =
                try database.first(
                    "SELECT group_concat(name, ', ') FROM pragma_table_info(?1) JOIN pragma_table_info(?2) USING (name)",
                    name, former
                ) { row throws(StoreError) in try row.get(0) as String } ?? ""
            return "INSERT INTO \(name) (\(columns)) SELECT \(columns) FROM \(former)"
        }
    }
}
