import Glibc

/// What was done to a database of an earlier version.
public struct SchemaUpgrade: Equatable, Sendable {
    public let from: Int
    public let to: Int
    /// The file that holds it as it was before.
    public let backup: String

    /// For a person.
    public var line: String {
        "the database was brought from schema version \(from) to \(to); as it was, it is in \(backup)"
    }
}

extension Log {
    /// Tells of an upgrade, where there was one.
    public func tell(of upgrade: SchemaUpgrade?) {
        guard let upgrade else { return }
        info("database upgraded", ["from": upgrade.from, "to": upgrade.to, "backup": upgrade.backup])
    }
}

extension Store {
    /// Makes the schema, or brings that of an earlier version up to date: all of it, or nothing.
    ///
    /// - Throws: `StoreError.inUseByEarlier` while programs of that version work on the queue.
    func migrate() throws {
        try lock.acquire()
        defer { lock.release() }
        let found = try schemaVersion()  // again: another process may have been faster
        try refuseNewer(found)
        if found == Schema.version { return }
        if found == 0 { try prepareNewDatabase() } else { try prepareUpgrade(from: found) }
        try database.run("PRAGMA journal_mode = WAL")
        try database.run("PRAGMA synchronous = FULL")
        try database.run("BEGIN IMMEDIATE")
        do {
            var backup: String?
            if found == 0 {
                try Schema.bringUp(database, from: 0)
            } else {
                backup = try keepFormer(version: found) { try Schema.bringUp(database, from: found) }
            }
            // The names first: whoever sees the new version may tell somebody of a task at once.
            for folder in [home.databaseFolder, home.path, parentFolder(of: home.path)] { try syncNames(in: folder) }
            try database.run("COMMIT")
            upgrade = backup.map { SchemaUpgrade(from: found, to: Schema.version, backup: $0) }
        } catch {
            if database.isInTransaction { try? database.run("ROLLBACK") }
            throw error
        }
        walNameIsSafe = true
    }

    /// What stays in the file once it is set, and can't be set inside of a transaction.
    private func prepareNewDatabase() throws(StoreError) {
        let objects = try database.first("SELECT count(*) FROM sqlite_schema") { row throws(StoreError) in
            try row.get(0) as Int
        }
        guard objects == 0 else { throw .foreignDatabase(path: home.database) }
        // A task changes a few bytes on a dozen pages, which the WAL holds whole: with pages of half the usual size it is
        // half as much.
        try database.run("PRAGMA page_size = 2048")
        try database.run("PRAGMA auto_vacuum = INCREMENTAL")
    }

    private func prepareUpgrade(from version: Int) throws(StoreError) {
        try refuseForeignDatabase()
        // Under the lock, without which nobody enters.
        if let occupant = try occupant() { throw .inUseByEarlier(occupant, path: home.path) }
    }

    /// Copies the database beside itself, before it is changed by `body`: a copy that stays is of a change that was made, so
    /// that one that is cut off again and again does not fill the disk.
    private func keepFormer(version: Int, before body: () throws -> Void) throws -> String {
        let folder = home.databaseFolder
        // Of an upgrade that was cut off, with the journal.
        for file in fileNames(in: folder)
        where file.hasPrefix("koubou-v") && file.split(separator: ".").last?.hasPrefix("part") ?? false {
            unlink(folder + "/" + file)
        }
        let name = folder + "/koubou-v\(version)-" + Clock.now.rfc3339.prefix { $0 != "." }.filter { $0 != ":" }
        var path = name + ".db"
        // One that was cut off within the same second.
        var number = 1
        while access(path, F_OK) == 0 { number += 1; path = "\(name)-\(number).db" }
        // SQLite copies nothing through the connection that writes.
        let reader = try Database(path: home.database)
        do { try reader.writeCopy(to: path, before: body) } catch {
            if case StoreError.damagedCopy = error { throw StoreError.damaged(path: home.database) }
            throw error
        }
        return path
    }
}

extension Schema {
    /// Executes what a database of version `found`, 0 for an empty one, lacks.
    static func bringUp(_ database: Database, from found: Int) throws(StoreError) {
        switch found {
        case 0: try database.execute(script: base)
        case 1: try EarlyForms.bringToBase(database)
        default: break
        }
        for step in steps.dropFirst(max(found - baseVersion, 0)) { try database.execute(script: step) }
        try database.execute(script: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
    }
}
