import Glibc
import Testing

@testable import KoubouCore

/// Databases of earlier versions, which keep everything when they are brought up to date.
struct MigrationTests {
    @Test func versionOneHadFourteenForms() { #expect(Forms.early.count == 14) }

    @Test(arguments: Forms.early)
    func anEarlyFormKeepsAllAndBecomesTheSame(form: String) throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder("home"), environment: [:])
        try Forms.make(form, in: home)
        let before = try Database(path: home.database).contents()
        #expect(before["task_master"]?.count ?? 0 >= 7)

        let store = try Store(home: home)
        #expect(try store.database.schema() == TestQueue().store.database.schema())
        var after = try store.database.contents()
        #expect(after["supervisor"] == before["supervisor"] || after["supervisor"] == [])
        for (table, rows) in before where table != "supervisor" {
            if table == "sqlite_sequence" {
                #expect(Set(after[table] ?? []).isSuperset(of: rows))
            } else if table == "counters", rows.count == 1 {
                let last = try store.number("SELECT max(seq) FROM task_event")
                #expect(after[table] == rows + ["name='notified' value=\(last)"], "nobody is told anew of what has ended")
            } else {
                let known = rows.map { Set($0.split(separator: " ").map { $0.prefix { $0 != "=" } }) }.first ?? []
                after[table] = after[table]?.map { row in
                    row.split(separator: " ").filter { known.contains($0.prefix { $0 != "=" }) }.joined(separator: " ")
                }
                // Counts may be made anew, and none is the same as no row.
                func rest(_ rows: [String]?) -> [String]? { rows?.filter { table != "task_count" || !$0.hasPrefix("n=0 ") } }
                #expect(rest(after[table]) == rest(rows), "\(table)")
            }
        }
        #expect(try store.check(repairing: false).isEmpty)

        let upgrade = try #require(store.upgrade)
        #expect(upgrade.from == 1 && upgrade.to == Schema.version)
        let backup = try Database(path: upgrade.backup)
        #expect(try backup.contents() == before, "as it was")
        #expect(try Store(home: home).upgrade == nil, "once")
        try expectWorkGoesOn(store)
    }

    /// Tasks that waited run by priority, the one whose worker is gone runs again, and no number is given out twice.
    private func expectWorkGoesOn(_ store: Store) throws {
        let last = try store.number("SELECT seq FROM sqlite_sequence WHERE name = 'task_master'")
        #expect(last >= 40)
        let new = try store.submit([NewTask(type: "shell", cwd: [0x2f])], at: .test(0))
        #expect(new == [TaskID(Int64(last + 1))])
        for worker in try store.workers() {
            let end = try store.killLeftovers(of: worker)
            _ = try store.bury(
                worker.id, worker.process, end, policy: { _ in RetryPolicy(maxAttempts: 1) }, at: .test(1))
        }
        #expect(try store.workers().isEmpty)
        _ = try store.register(slot: WorkerID(slot: 1), process: .test(1), status: .starting, at: .test(1))
        let first = try #require(try store.claim(by: WorkerID(slot: 1), .test(1), at: .test(1)).claim)
        #expect(first.task == TaskID(2) && first.number > 77)
        #expect(try store.states(of: [TaskID(3)]) == [.pending])
        #expect(try store.check(repairing: false).isEmpty)
    }

    /// Each version's form is kept, so that it can be tried whether a database of it is brought up to date.
    @Test func theFormsOfReleasedVersionsStay() throws {
        #expect(Schema.baseVersion + Schema.steps.count == Schema.version)
        for version in Schema.baseVersion...Schema.version {
            let script = ([Schema.base] + Schema.steps.prefix(version - Schema.baseVersion)).joined(separator: "\n")
            let text = "PRAGMA application_id = \(Schema.applicationID);\nPRAGMA user_version = \(version);\n\(script)\n"
            let name = "v\(version).sql"
            let path = Forms.folder + "/" + name
            if access(path, F_OK) != 0, getenv("KOUBOU_UPDATE_GOLDEN") != nil { try writeFile(path, Array(text.utf8)) }
            try #require(access(path, F_OK) == 0, "Tests/Forms/\(name) is missing: run with KOUBOU_UPDATE_GOLDEN=1")
            #expect(try Forms.text(name) == text, "what was released stays: write one more step, see Schema.swift")
        }
    }

    @Test(arguments: Schema.baseVersion...Schema.version)
    func aVersionSinceKeepsAllAndBecomesTheSame(version: Int) throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder("home"), environment: [:])
        try Forms.make("v\(version).sql", in: home)
        let store = try Store(home: home)
        #expect((store.upgrade != nil) == (version < Schema.version))
        #expect(try store.database.schema() == TestQueue().store.database.schema())
        #expect(try store.check(repairing: false).isEmpty)
    }

    // MARK: Refusals

    @Test(arguments: ["supervisor", "workers"])
    func whoWorksOnItIsNotDisturbed(table: String) throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder("home"), environment: [:])
        try Forms.make(Forms.early[0], in: home)
        let process = ProcessIdentity.current
        do {
            let database = try Database(path: home.database)
            try database.execute(script: "UPDATE \(table) SET pid = \(process.pid), process = '\(process.start)'")
        }
        let before = try Database(path: home.database).contents()
        let error = #expect(throws: StoreError.self) { _ = try Store(home: home) }
        #expect(error?.exitCode == .temporaryFailure)
        #expect(error?.line.contains("of an earlier version") ?? false)
        #expect(error?.line.contains("with pid \(process.pid)") ?? false)
        #expect(try Database(path: home.database).contents() == before)
        #expect(fileNames(in: home.databaseFolder).allSatisfy { !$0.hasPrefix("koubou-v") }, "no copy is made in vain")
        #expect(try Store.servers(of: home).supervisor == (table == "supervisor" ? process : nil), "for koubouctl stop")
    }

    @Test func aSupervisorThatCannotBeSeenIsNotDisturbed() throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder("home"), environment: [:])
        try Forms.make(Forms.early[13], in: home)
        let lock = try FileDescriptor(opening: home.supervisorLock, O_RDWR | O_CREAT)
        #expect(flock(lock.number, LOCK_EX | LOCK_NB) == 0)
        let error = #expect(throws: StoreError.self) { _ = try Store(home: home) }
        #expect(error?.line == "the queue is in use by kouboud of an earlier version (\(home.path)): run: koubouctl stop, then koubouctl start")
        try lock.close()
        #expect(try Store(home: home).upgrade?.from == 1)
    }

    @Test func whoOnlyLooksChangesNothing() throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder("home"), environment: [:])
        try Forms.make(Forms.early[13], in: home)
        let error = #expect(throws: StoreError.self) { _ = try Store(inspecting: home) }
        #expect(error?.exitCode == .temporaryFailure)
        #expect(error?.line.contains("koubouctl status") ?? false)
        #expect(try SchemaTests.query(home, "PRAGMA user_version") == "1")
    }

    @Test func aDamagedDatabaseStaysAsItIs() throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder("home"), environment: [:])
        try Forms.make(Forms.early[0], in: home)
        do {
            let database = try Database(path: home.database)
            try database.execute(script: """
                PRAGMA writable_schema = ON;
                UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'task_due') WHERE name = 'task_claim'
                """)
        }
        let error = #expect(throws: StoreError.self) { _ = try Store(home: home) }
        #expect(error?.exitCode == .dataError)
        #expect(error?.line.contains("damaged") ?? false, "\(error?.line ?? "")")
        #expect(try SchemaTests.query(home, "PRAGMA user_version") == "1")
        #expect(fileNames(in: home.databaseFolder).allSatisfy { !$0.hasPrefix("koubou-v") })
    }

    /// One that was opened before, by a program that can't know what is new.
    @Test func anOpenQueueThatHasBecomeNewerIsWrittenNoMore() throws {
        let queue = try TestQueue()
        try queue.submit()
        do { try Database(path: queue.home.database).execute(script: "PRAGMA user_version = 4711") }
        let error = #expect(throws: StoreError.self) { try queue.submit() }
        #expect(error?.exitCode == .configuration)
        #expect(try queue.number("SELECT count(*) FROM task_master") == 1)
    }

    @Test func twoUpgradesWithinASecondKeepTwoCopies() throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder("home"), environment: [:])
        try Forms.make(Forms.early[0], in: home)
        try folder.write("home/db/koubou-v1-x.db.12.part", "left by an upgrade that was cut off".utf8)
        let first = try #require(try Store(home: home).upgrade)
        for suffix in ["", "-wal", "-shm"] { unlink(home.database + suffix) }
        try Forms.make(Forms.early[1], in: home)
        let second = try #require(try Store(home: home).upgrade)
        #expect(first.backup != second.backup)
        #expect(fileNames(in: home.databaseFolder).count { $0.hasPrefix("koubou-v1-") && $0.hasSuffix(".db") } == 2)
        #expect(fileNames(in: home.databaseFolder).allSatisfy { !$0.hasSuffix(".part") })
        #expect(fileStatus(first.backup).map { $0.st_mode & 0o777 } == 0o600)
    }
}

extension Database {
    /// All tables, indexes and triggers, sorted, as SQLite keeps them.
    fileprivate func schema() throws -> [String] {
        try rows("SELECT type || ' ' || name || ': ' || ifnull(sql, '') FROM sqlite_schema ORDER BY type, name") {
            row throws(StoreError) in try row.get(0) as String
        }
    }

    /// Each row of each table, as `column=value` by the columns' names.
    fileprivate func contents() throws -> [String: [String]] {
        var contents: [String: [String]] = [:]
        let tables = try rows("SELECT name FROM sqlite_schema WHERE type = 'table'") { row throws(StoreError) in try row.get(0) as String }
        for table in tables {
            let columns = try rows("SELECT name FROM pragma_table_info(?1) ORDER BY name", table) { row throws(StoreError) in
                try row.get(0) as String
            }
            let row = columns.map { "'\($0)=' || replace(quote(\($0)), ' ', '_')" }.joined(separator: " || ' ' || ")
            try execute(script: "CREATE TEMP TABLE IF NOT EXISTS shown (line TEXT); DELETE FROM shown; INSERT INTO shown SELECT \(row) FROM \(table)")
            contents[table] = try rows("SELECT line FROM shown ORDER BY line") { row throws(StoreError) in try row.get(0) as String }
        }
        return contents
    }
}

extension Store {
    fileprivate func number(_ sql: StaticString) throws -> Int {
        try database.first(sql) { row throws(StoreError) in try row.get(0) as Int } ?? 0
    }
}
