import CSQLite
import Glibc
import Testing

@testable import KoubouCore

struct SchemaTests {
    @Test func opensTwiceAndKeepsWhatItHolds() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        let again = try Store(home: queue.home)
        #expect(try again.states(of: [id]) == [.pending])
        #expect(try queue.number("PRAGMA user_version") == Schema.version)
        #expect(try queue.number("PRAGMA application_id") == Schema.applicationID)
        #expect(try queue.text("PRAGMA journal_mode") == "wal")
        #expect(try queue.number("PRAGMA wal_autocheckpoint") == 0, "only Store.checkpoint checkpoints")
        #expect(try queue.text("PRAGMA integrity_check") == "ok")
    }

    @Test func allTablesAreStrict() throws {
        let queue = try TestQueue()
        #expect(try queue.number("""
            SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict
              AND name NOT LIKE 'sqlite_%'
            """) == 0)
        #expect(throws: StoreError.self, "a priority outside of 1 to 10") {
            try queue.store.database.run("""
                INSERT INTO task_master (type, status, priority, max_attempts, created_at, updated_at)
                VALUES ('shell', 'pending', 11, 1, '', '')
                """)
        }
        #expect(throws: StoreError.self, "a state that isn't one") {
            try queue.store.database.run("""
                INSERT INTO task_master (type, status, priority, max_attempts, created_at, updated_at)
                VALUES ('shell', 'done', 5, 1, '', '')
                """)
        }
    }

    @Test func theFilesAreForTheOwnerAlone() throws {
        let queue = try TestQueue()
        try queue.submit()
        for folder in ["", "/db", "/logs", "/logs/workers", "/results"] {
            #expect(fileStatus(queue.home.path + folder).map { $0.st_mode & 0o777 } == 0o700, "\(folder)")
        }
        for file in ["/db/koubou.db", "/db/koubou.db-wal", "/db/koubou.db-shm", "/db/lock"] {
            #expect(fileStatus(queue.home.path + file).map { $0.st_mode & 0o777 } == 0o600, "\(file)")
        }
    }

    @Test func refusesANewerSchema() throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder.path, environment: [:])
        try Self.makeDatabase(home, "PRAGMA user_version = 4711; CREATE TABLE future (x);")
        let error = #expect(throws: StoreError.self) { try Store(home: home) }
        guard case .newerSchema(found: 4711, known: Schema.version, path: home.database) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.exitCode == .configuration)
        #expect(error?.line.contains("4711") == true)
        #expect(try Self.query(home, "SELECT count(*) FROM sqlite_schema") == "1", "left as it was")
        #expect(try Self.query(home, "PRAGMA journal_mode") == "delete", "left as it was")
    }

    @Test func refusesTheDatabaseOfAnotherProgram() throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder.path, environment: [:])
        try Self.makeDatabase(home, "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('x');")
        let error = #expect(throws: StoreError.self) { try Store(home: home) }
        guard case .foreignDatabase(path: home.database) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.exitCode == .dataError)
        #expect(try Self.query(home, "SELECT group_concat(name) FROM sqlite_schema") == "bookmarks", "left as it was")
    }

    @Test func refusesAFileThatIsNoDatabase() throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder.path, environment: [:])
        try home.prepare()
        let text = String(repeating: "this is a shopping list\n", count: 100)
        try folder.write("db/koubou.db", text.utf8)
        let error = #expect(throws: StoreError.self) { try Store(home: home) }
        guard case .sqlite(let code, _, _, home.database) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(code & 0xff == SQLITE_NOTADB)
        #expect(error?.exitCode == .dataError)
        #expect(error?.line.contains("not a database (\(home.database))") == true)
        #expect(try readFile(home.database) == Array(text: text), "left as it was")
    }

    @Test func anEmptyFileBecomesAQueue() throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder.path, environment: [:])
        try home.prepare()
        try folder.write("db/koubou.db", [])
        #expect(try Store(home: home).taskCounts().isEmpty)
    }

    /// All come at once to a home that isn't there.
    @Test func manyMayMakeTheQueueAtTheSameTime() throws {
        for _ in 0..<5 {
            let folder = try TemporaryFolder()
            let path = folder("a/b/home")
            let ids = try onThreads(6) { index in
                let store = try Store(home: try Home(option: path, environment: [:]), patience: .seconds(150))
                var task = NewTask(type: "shell", cwd: Array(text: "/"))
                task.title = "\(index)"
                return try store.submit([task], at: .test(0))
            }
            #expect(Set(ids.joined()).count == 6)
        }
    }

    static func makeDatabase(_ home: Home, _ script: String) throws {
        try home.prepare()
        try Database(path: home.database).execute(script: script)
    }

    static func query(_ home: Home, _ sql: StaticString) throws -> String? {
        try Database(path: home.database).first(sql) { row throws(StoreError) in
            do { return try row.get(0) as String } catch { return "\(try row.get(0) as Int)" }
        }
    }
}
