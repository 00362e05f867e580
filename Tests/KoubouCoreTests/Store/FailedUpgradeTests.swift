import Glibc
import Testing

@testable import KoubouCore

/// An upgrade that fails, again and again, leaves everything as it was, and nothing beside it.
struct FailedUpgradeTests {
    @Test func nothingIsLeftBehind() throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder("home"), environment: [:])
        try Forms.make(Forms.early[0], in: home)
        // In the way of a table that is to be made anew, after the copy.
        try Database(path: home.database).execute(script: "CREATE TABLE former_task_master (a)")
        let former = Set(fileNames(in: home.databaseFolder))
        for suffix in ["", "-journal", "-wal", "-shm"] {
            try folder.write("home/db/koubou-v1-x.db.12.part" + suffix, "left by one that was killed".utf8)
        }
        for _ in 0..<2 {
            #expect(throws: StoreError.self) { _ = try Store(home: home) }
            #expect(try SchemaTests.query(home, "PRAGMA user_version") == "1")
            #expect(Set(fileNames(in: home.databaseFolder)).subtracting(former).subtracting(["lock"]) == [])
        }
        try Database(path: home.database).execute(script: "DROP TABLE former_task_master")
        #expect(try Store(home: home).upgrade?.from == 1)
        #expect(fileNames(in: home.databaseFolder).count { $0.hasPrefix("koubou-v1-") } == 1)
    }
}
