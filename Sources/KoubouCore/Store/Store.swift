import CSQLite
import Glibc

/// The queue of one home: the only place that speaks SQL.
///
/// Every write is one `write { … }`: a `BEGIN IMMEDIATE` transaction under the write lock. A commit survives the
/// death of any process; only `sync()` makes it survive a power cut, and whoever tells somebody about a commit
/// syncs first.
public final class Store {
    public let home: Home
    let database: Database
    let lock: WriteLock
    private var checkpointer: Database?
    private var wal: Int32 = -1
    var walNameIsSafe: Bool
    private var isInMemory = false
    private var pagesToAskAt = 0
    /// What opening it has done to an older database.
    public internal(set) var upgrade: SchemaUpgrade?

    /// Opens the queue of `home`, makes it where it isn't there, and brings an older schema up to date.
    ///
    /// - Parameter patience: how long a write waits for others.
    public init(home: Home, patience: Duration = .seconds(10)) throws {
        self.home = home
        try home.prepare()
        lock = WriteLock(path: home.lockFile, patience: patience)
        walNameIsSafe = access(home.database + "-wal", F_OK) == 0
        try Self.createFile(at: home.database)
        database = try Database(path: home.database)
        database.setPatience(patience)
        let version = try schemaVersion()
        if version != Schema.version { try migrate() }
        try refuseForeignDatabase()
        try database.run("PRAGMA synchronous = NORMAL")
        // A reader that takes long makes the WAL long: afterwards it is cut, when it is begun anew.
        try database.run("PRAGMA journal_size_limit = 16777216")
    }

    /// An empty queue in memory, to look at where there is none: nothing is made.
    public init(absentFrom home: Home) throws(StoreError) {
        self.home = home
        lock = WriteLock(path: home.lockFile, patience: .zero)
        walNameIsSafe = true
        isInMemory = true
        database = try Database(path: ":memory:")
        try Schema.bringUp(database, from: 0)
    }

    /// Opens the queue of `home` for looks alone: nothing is made, locked, changed or brought up to date.
    public init(inspecting home: Home) throws(StoreError) {
        self.home = home
        lock = WriteLock(path: home.lockFile, patience: .zero)
        walNameIsSafe = true
        database = try Database(reading: home.database)
        let found = try schemaVersion()
        if found == 0 { try refuseForeignDatabase() }
        try refuseNewer(found)
        try refuseForeignDatabase()
        guard found == Schema.version else { throw .olderSchema(found: found, path: home.database) }
    }

    deinit { if wal >= 0 { close(wal) } }

    /// For the owner's eyes alone, whatever the umask: SQLite gives its other files the same mode.
    private static func createFile(at path: String) throws(SystemError) {
        guard access(path, F_OK) != 0 else { return }
        try FileDescriptor(opening: path, O_WRONLY | O_CREAT).close()
    }

    /// Runs `body` as one transaction; when it throws, nothing of it is kept.
    func write<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        if isInMemory { return try body() }
        try openWAL()
        try lock.acquire()
        defer { lock.release() }
        try database.run("BEGIN IMMEDIATE")
        do {
            try refuseNewer(schemaVersion())  // it may have been brought up to date since we opened it
            let result = try body()
            try database.run("COMMIT")
            return result
        } catch {
            // A full disk has rolled back already.
            if database.isInTransaction { try? database.run("ROLLBACK") }
            throw error
        }
    }

    /// Runs `body`, whose reads all see the same state.
    func snapshot<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        try database.run("BEGIN")
        // Nothing was written, so neither form of an end loses anything.
        defer { try? database.run("ROLLBACK") }
        return try body()
    }

    /// Makes all that is committed survive a power cut.
    ///
    /// Through an own descriptor and outside of the lock, so that syncs of several processes overlap.
    public func sync() throws(StoreError) {
        if isInMemory { return }
        try openWAL()
        if isDeleted(wal) { throw .gone(path: home.database + "-wal") }
        guard fdatasync(wal) == 0 else { throw .system(SystemError("sync", home.database + "-wal")) }
        if !walNameIsSafe {
            try syncNames(in: home.databaseFolder)
            walNameIsSafe = true
        }
    }

    /// The WAL exists from the first read on, and is not replaced while our connection is open. It is no file that
    /// SQLite locks, so opening and closing it does not drop SQLite's locks.
    private func openWAL() throws(StoreError) {
        guard wal < 0 else { return }
        wal = open(home.database + "-wal", O_RDWR | O_CLOEXEC)
        if wal < 0, errno == ENOENT {
            try turnOnWAL()  // a backup that was put back is not in this mode
            wal = open(home.database + "-wal", O_RDWR | O_CLOEXEC)
        }
        guard wal >= 0 else { throw .system(SystemError("open", home.database + "-wal")) }
    }

    private func turnOnWAL() throws(StoreError) {
        try lock.acquire()
        defer { lock.release() }
        try database.run("PRAGMA journal_mode = WAL")
        _ = try schemaVersion()  // the first read makes the file
    }

    /// Moves the WAL into the database and lets the next writer begin it anew.
    ///
    /// SQLite before 3.51.3 can lose pages when a checkpoint of one connection races with a writer of another that
    /// restarts the WAL (sqlite.org/wal.html, "the WAL-reset bug"). So no connection of ours checkpoints on its own,
    /// and this one keeps every writer out while it does.
    public func checkpoint() throws(StoreError) {
        try sync()  // most of the waiting, outside of the lock
        let checkpointer: Database
        if let made = self.checkpointer { checkpointer = made } else { checkpointer = try makeCheckpointer() }
        try write { () throws(StoreError) in try checkpointer.checkpoint() }
    }

    private func makeCheckpointer() throws(StoreError) -> Database {
        let connection = try Database(path: home.database)
        // A connection that has read nothing knows of no WAL, and would have nothing to do.
        try connection.run("PRAGMA user_version")
        checkpointer = connection
        return connection
    }

    /// Called after writes; keeps the WAL short. That is the supervisor's work, which is asked to look; without a
    /// supervisor it is done here.
    public func keepWALShort() throws(StoreError) {
        guard database.walPages >= Self.pagesToReadAtOnce,
            database.walPages >= pagesToAskAt || database.walPages < pagesToAskAt - Self.pagesBetweenAsks
        else { return }
        pagesToAskAt = database.walPages + Self.pagesBetweenAsks
        if let supervisor = try supervisor()?.process, isWALLong ? supervisor.send(SIGUSR1) : supervisor.isAlive {
            return
        }
        try checkpoint()
    }

    /// True when a checkpoint is due. Most pages are written again and again, so that a longer WAL brings fewer pages into
    /// the database for each task.
    public var isWALLong: Bool { database.walPages >= 4000 }
    /// Without a supervisor each program reads the WAL when it begins.
    private static let pagesToReadAtOnce = 1000
    private static let pagesBetweenAsks = 500

    /// Throws `gone` when the database file was deleted or replaced while we have it open.
    public func refuseGone() throws(StoreError) {
        guard !isInMemory, database.hasMoved || isDeleted(wal) else { return }
        // What we may not look at just now need not be gone.
        if fileStatus(home.database) == nil, errno == EACCES { return }
        throw .gone(path: home.database)
    }

    /// A number that changes when another process has committed something.
    public func dataVersion() throws(StoreError) -> Int {
        try database.first("PRAGMA data_version") { row throws(StoreError) in try row.get(0) } ?? 0
    }

    func schemaVersion() throws(StoreError) -> Int {
        try database.first("PRAGMA user_version") { row throws(StoreError) in try row.get(0) } ?? 0
    }

    func syncNames(in folder: String) throws(StoreError) {
        do { try syncFolder(folder) } catch { throw .system(error) }
    }

    func refuseNewer(_ found: Int) throws(StoreError) {
        guard found <= Schema.version else {
            throw .newerSchema(found: found, known: Schema.version, path: home.database)
        }
    }

    func refuseForeignDatabase() throws(StoreError) {
        let id: Int? = try database.first("PRAGMA application_id") { row throws(StoreError) in try row.get(0) }
        if id != Schema.applicationID { throw .foreignDatabase(path: home.database) }
    }
}
