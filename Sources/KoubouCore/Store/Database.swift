import CSQLite
import Glibc

/// One connection to SQLite; each statement is prepared once.
final class Database {
    let path: String
    private let handle: OpaquePointer
    private var statements = [UnsafePointer<UInt8>: OpaquePointer](minimumCapacity: 48)
    /// Pages in the WAL after our last commit.
    private(set) var walPages = 0

    /// Opens or creates the file at `path`. Nothing is read yet.
    convenience init(path: String) throws(StoreError) {
        try self.init(path: path, name: path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
    }

    /// Opens the file at `path` to read it; makes no file beside it.
    convenience init(reading path: String) throws(StoreError) {
        // A reader of a database in WAL mode makes a WAL where there is none, unless it is told that nobody writes: and
        // without a WAL nobody does, as ours stays when the last program leaves.
        let isAlone = access(path + "-wal", F_OK) != 0
        try self.init(
            path: path, name: isAlone ? "file:\(Self.escaped(path))?immutable=1" : path,
            SQLITE_OPEN_READONLY | (isAlone ? SQLITE_OPEN_URI : 0))
    }

    /// As it stands in a URI.
    private static func escaped(_ path: String) -> String {
        path.utf8.map { byte in
            "?#%".utf8.contains(byte) ? "%" + String(byte, radix: 16) : String(decoding: [byte], as: UTF8.self)
        }.joined()
    }

    private init(path: String, name: String, _ flags: Int32) throws(StoreError) {
        self.path = path
        Self.configured
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
        guard let opened, code == SQLITE_OK else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw .sqlite(code: code, message: message, sql: "open", path: path)
        }
        handle = opened
        sqlite3_extended_result_codes(handle, 1)
        setPatience(.seconds(10))
        // Only `Store.checkpoint` moves the WAL into the database: see there.
        _ = koubou_sqlite3_keep_wal_on_close(handle)
        // This also takes the place of SQLite's automatic checkpoint.
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                Unmanaged<Database>.fromOpaque(context!).takeUnretainedValue().walPages = Int(pages)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
        registerFunctions(on: handle)
    }

    /// Of SQLite itself, before it is first used.
    private static let configured: Void = koubou_sqlite3_configure()

    /// How long a statement waits for locks of others, such as the sqlite3 shell.
    func setPatience(_ limit: Duration) { sqlite3_busy_timeout(handle, Int32(clamping: limit.millisecondsRoundedUp)) }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// Rows changed by the last statement.
    var changes: Int { Int(sqlite3_changes(handle)) }
    var lastInsertID: Int64 { sqlite3_last_insert_rowid(handle) }
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// True when there is another file, or none, at our path.
    var hasMoved: Bool {
        var answer: Int32 = 0
        return sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &answer) == SQLITE_OK && answer != 0
    }

    /// Runs `sql` with `values` for `?1`, `?2`, … and decodes each row; `decode` must not use the database.
    ///
    /// `sql` is a `StaticString`: no value can be pasted into it, and its address is the key of the cache.
    @discardableResult
    func rows<Record, each Value: SQLiteValue>(
        _ sql: StaticString, _ values: repeat each Value, decode: (Row) throws(StoreError) -> Record
    ) throws(StoreError) -> [Record] {
        var records: [Record] = []
        try forEachRow(sql, repeat each values) { row throws(StoreError) in records.append(try decode(row)) }
        return records
    }

    /// The first row of `sql`, or nil.
    func first<Record, each Value: SQLiteValue>(
        _ sql: StaticString, _ values: repeat each Value, decode: (Row) throws(StoreError) -> Record
    ) throws(StoreError) -> Record? {
        var first: Record?
        try forEachRow(sql, repeat each values) { row throws(StoreError) in
            if first == nil { first = try decode(row) }
        }
        return first
    }

    /// Runs `sql`, whose rows, if any, don't matter.
    func run<each Value: SQLiteValue>(_ sql: StaticString, _ values: repeat each Value) throws(StoreError) {
        try forEachRow(sql, repeat each values) { _ throws(StoreError) in }
    }

    private func forEachRow<each Value: SQLiteValue>(
        _ sql: StaticString, _ values: repeat each Value, body: (Row) throws(StoreError) -> Void
    ) throws(StoreError) {
        let statement = try prepare(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        var index: Int32 = 0
        for value in repeat each values {
            index += 1
            try check(value.bind(to: statement, at: index), "\(sql)")
        }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try body(Row(statement: statement))
            case SQLITE_DONE: return
            case let code: try check(code, "\(sql)")
            }
        }
    }

    /// Runs statements that are made at run time from the program's own parts: the schema.
    func execute(script: String) throws(StoreError) {
        try check(sqlite3_exec(handle, script, nil, nil, nil), script)
    }

    /// Copies the WAL into the database as far as no reader stands in the way.
    func checkpoint() throws(StoreError) {
        try check(sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil), "checkpoint")
    }

    /// Copies the whole database into `copy` in one step, as one read.
    func backUp(to copy: Database) throws(StoreError) {
        guard let backup = sqlite3_backup_init(copy.handle, "main", handle, "main") else {
            return try copy.check(sqlite3_errcode(copy.handle), "backup")
        }
        sqlite3_backup_step(backup, -1)
        try copy.check(sqlite3_backup_finish(backup), "backup")
    }

    /// What `PRAGMA integrity_check` finds; nothing when all is well.
    func integrityFaults() throws(StoreError) -> [String] {
        try rows("PRAGMA integrity_check") { row throws(StoreError) in try row.get(0) }.filter { $0 != "ok" }
    }

    private func prepare(_ sql: StaticString) throws(StoreError) -> OpaquePointer {
        if let statement = statements[sql.utf8Start] { return statement }
        var statement: OpaquePointer?
        let text = UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self)
        try check(
            sqlite3_prepare_v3(
                handle, text, Int32(sql.utf8CodeUnitCount), UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil),
            "\(sql)")
        guard let statement else { throw .sqlite(code: SQLITE_MISUSE, message: "empty statement", sql: "", path: path) }
        statements[sql.utf8Start] = statement
        return statement
    }

    /// `sql` is made into a text only for an error.
    private func check(_ code: Int32, _ sql: @autoclosure () -> String) throws(StoreError) {
        guard code != SQLITE_OK else { return }
        throw .sqlite(code: code, message: String(cString: sqlite3_errmsg(handle)), sql: sql(), path: path)
    }
}
