import Testing

@testable import KoubouCore

struct CheckpointTests {
    /// After a checkpoint, the next writer begins the WAL anew instead of making it longer.
    @Test func theWALStaysShort() throws {
        let queue = try TestQueue()
        for _ in 0..<20 {
            _ = try queue.store.submit((0..<100).map { _ in NewTask(type: "shell", cwd: Array(text: "/")) }, at: .test(0))
            try queue.store.checkpoint()
        }
        let length = try #require(fileStatus(queue.home.database + "-wal")).st_size
        #expect(length < 1 << 20)
        #expect(try #require(fileStatus(queue.home.database)).st_size > 100_000, "the rows went there")
        #expect(try queue.number("SELECT count(*) FROM task_master") == 2000)
        #expect(try queue.text("PRAGMA integrity_check") == "ok")
    }

    /// SQLite would copy the WAL when a commit makes it long, and when the last connection closes.
    @Test func nothingElseCheckpoints() throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder("home"), environment: [:])
        _ = try Store(home: home)
        let before = try #require(fileStatus(home.database)).st_size
        for _ in 0..<20 {
            _ = try Store(home: home).submit(
                (0..<100).map { _ in NewTask(type: "shell", cwd: Array(text: "/")) }, at: .test(0))
        }
        #expect(try #require(fileStatus(home.database)).st_size == before)
        #expect(try Store(home: home).taskCounts().map(\.count) == [2000])
    }

    @Test func aLongWALIsNoticed() throws {
        let queue = try TestQueue()
        #expect(!queue.store.isWALLong)
        let prompt = [UInt8](repeating: 0x61, count: 100_000)
        while !queue.store.isWALLong { try queue.submit { $0.prompt = prompt } }
        #expect(try #require(fileStatus(queue.home.database + "-wal")).st_size >= 4_000_000)
        try queue.store.keepWALShort()
        try queue.submit()
        #expect(!queue.store.isWALLong, "there is no supervisor, so it was done here")
    }

    /// A long reader keeps the WAL from being begun anew; afterwards it does not stay as long.
    @Test func aLongLogOfTheDatabaseIsCut() throws {
        let queue = try TestQueue()
        let prompt = [UInt8](repeating: 0x78, count: 1 << 20)
        try queue.store.snapshot { () throws(StoreError) in
            _ = try queue.store.taskCounts()
            do {
                let writer = try Store(home: queue.home)
                for _ in 0..<24 { try Self.submit(prompt, to: writer) }
            } catch { Issue.record(error) }
        }
        let wal = queue.home.database + "-wal"
        #expect(fileStatus(wal).map { $0.st_size > 20 << 20 } == true)
        let writer = try Store(home: queue.home)
        try writer.checkpoint()
        try Self.submit([], to: writer)
        try writer.checkpoint()
        try Self.submit([], to: writer)
        #expect(fileStatus(wal).map { $0.st_size <= 16 << 20 } == true)
    }

    private static func submit(_ prompt: [UInt8], to store: Store) throws {
        var task = NewTask(type: "shell", cwd: [0x2f])
        task.prompt = prompt
        _ = try store.submit([task], at: .test(0))
    }
}
