import Glibc
import Testing

@testable import KoubouCore

/// Databases as earlier versions made them: the files of Tests/Forms.
enum Forms {
    static let folder = parentFolder(of: parentFolder(of: parentFolder(of: #filePath))) + "/Forms"

    /// The first commits with each form that version 1 had: the sections of `early.sql`.
    static let early = sections.map { String($0.prefix { $0 != "\n" }) }

    static func text(_ name: String) throws -> String { String(decoding: try readFile(folder + "/" + name), as: UTF8.self) }

    private static let sections = ((try? text("early.sql")) ?? "").split(separator: "\n== ").dropFirst()

    /// The schema of an early form: what was new in it takes the place of what was called the same.
    private static func early(_ commit: String) throws -> String {
        var statements: [(name: [Substring], sql: Substring)] = []
        let last = try #require(early.firstIndex(of: commit))
        for section in sections.prefix(last + 1) {
            for sql in section.split(separator: "\n\n").dropFirst() {
                let name = Array(sql.split(whereSeparator: \.isWhitespace).prefix(3))
                statements.removeAll { $0.name == name }
                statements.append((name, sql))
            }
        }
        let order = ["TABLE", "INDEX", "INTO", "TRIGGER"].map { kind in statements.filter { $0.name[1] == kind } }
        return "PRAGMA application_id = \(Schema.applicationID); PRAGMA user_version = 1;"
            + order.joined().map(\.sql).joined(separator: "\n")
    }

    /// What not every form can hold: executed where the column is there.
    private static let more: [(table: String, column: String, sql: String)] = [
        ("supervisor", "id", "INSERT INTO supervisor (id, pid, process, min, max, threshold, idle_timeout, started_at, last_heartbeat) VALUES (1, 999999997, 'no-boot/3', 1, 5, 2, 30, '2026-01-01 00:00:30.000', '2026-01-01 00:01:05.000')"),
        ("settings", "key", "INSERT INTO settings VALUES ('pool.max', '8')"),
        ("paused", "type", "INSERT INTO paused (type) VALUES ('code')"),
        ("task_payload", "metadata", #"UPDATE task_payload SET metadata = '{"a":"b"}' WHERE task_id = 1"#),
        ("recurring", "number", """
            INSERT INTO recurring VALUES (3, '@daily', '2126-01-02 00:00:00.000', 1, 'shell', 5, 1, NULL, 1, 'each day', 'true', NULL,
              '/', '{}', '{}', '["nightly"]'), (9, '@daily', '2126-01-02 00:00:00.000', NULL, 'shell', 5, 1, NULL, 1, '', 'true', NULL,
              '/', '{}', '{}', '[]');
            DELETE FROM recurring WHERE number = 9
            """),
        ("task_dependency", "task_id", """
            INSERT INTO task_master (task_id, type, status, priority, max_attempts, waits_for, slots, key, created_at, updated_at)
              VALUES (41, 'shell', 'blocked', 5, 1, 1, 3, 'once', '2026-01-01 00:00:08.000', '2026-01-01 00:00:08.000');
            INSERT INTO task_payload (task_id, prompt, cwd, env) VALUES (41, 'echo 41', '/', '{"PATH":"/usr/bin:/bin"}');
            INSERT INTO task_dependency VALUES (41, 1, 0)
            """),
        ("type_start", "type", "INSERT INTO type_start VALUES ('shell', 1, '2026-01-01 00:00:08.000')"),
        ("pool_decision", "seq", "INSERT INTO pool_decision VALUES (5, '2026-01-01 00:00:08.000', 'start', 0, 1, 3, 'why')"),
        ("task_event", "detail", "UPDATE task_event SET detail = 'exit status 2' WHERE task_id = 5 AND to_status = 'failed'"),
        ("paused", "until", "UPDATE paused SET until = '2126-01-01 00:00:00.000'"),
        ("task_master", "parent", "UPDATE task_master SET parent = 1, depth = 1, progress = 40, progress_message = 'half' WHERE task_id = 5"),
        ("notification", "number", "INSERT INTO notification VALUES (6, 4, 1)"),
        ("counters", "name", "UPDATE counters SET value = 3 WHERE name = 'notified'"),
        ("task_master", "retried_claim", "UPDATE task_master SET retried_claim = 20 WHERE task_id = 5"),
        ("gateway", "pid", "INSERT INTO gateway VALUES (999999996, 'no-boot/4', 'localhost:1', '2026-01-01 00:00:08.000')"),
    ]

    /// Makes the database of `home` in a form, filled.
    /// - Parameter name: a commit, for an early form, or a file.
    static func make(_ name: String, in home: KoubouCore.Home) throws {
        try home.prepare()
        let database = try Database(path: home.database)
        try database.execute(script: "PRAGMA journal_mode = WAL;" + (early.contains(name) ? early(name) : text(name)) + text("rows.sql"))
        for (table, column, sql) in more where try has(table, column, database) {
            // The last forms of the supervisor's row say by which policy it scales.
            let isNewer = try table == "supervisor" && has("supervisor", "policy", database)
            try database.execute(script: isNewer ? sql
                .replacing("last_heartbeat)", with: "last_heartbeat, policy, target_wait)").replacing("05.000')", with: "05.000', 'ratio', 60)") : sql)
        }
    }

    private static func has(_ table: String, _ column: String, _ database: Database) throws -> Bool {
        try database.first("SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2", table, column) { _ throws(StoreError) in () } != nil
    }
}
