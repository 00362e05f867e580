import CSQLite
import Glibc
import Testing

@testable import KoubouCore

struct StoreErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var error: StoreError
        var exitCode: ExitCode
        var line: String
    }

    private static func sqlite(_ code: Int32) -> StoreError {
        .sqlite(code: code, message: "words of SQLite", sql: "SELECT 1", path: "/q/db")
    }

    @Test(arguments: [
        Case(testDescription: "full", error: sqlite(SQLITE_FULL), exitCode: .ioError,
             line: "the disk is full (/q/db): make room and try again; nothing was stored"),
        Case(testDescription: "an extended code", error: sqlite(SQLITE_IOERR | 3 << 8), exitCode: .ioError,
             line: "the database can't be read or written: words of SQLite (/q/db): check the disk"),
        Case(testDescription: "locked", error: sqlite(SQLITE_BUSY), exitCode: .temporaryFailure,
             line: "the database is in use by another program (/q/db): try again when it is done"),
        Case(testDescription: "damaged", error: sqlite(SQLITE_CORRUPT), exitCode: .dataError,
             line: "the database is damaged: words of SQLite (/q/db): restore a backup of it"),
        Case(testDescription: "read-only", error: sqlite(SQLITE_READONLY), exitCode: .noPermission,
             line: "the database can't be written: words of SQLite (/q/db): check its permissions and those of its folder"),
        Case(testDescription: "our mistake", error: sqlite(SQLITE_ERROR), exitCode: .software,
             line: "words of SQLite, in: SELECT 1 (/q/db)"),
        Case(testDescription: "held for long", error: .busy(after: .seconds(10), path: "/q/lock"), exitCode: .temporaryFailure,
             line: "another process kept the database locked for 10s (/q/lock): try again"),
        Case(testDescription: "newer", error: .newerSchema(found: 9, known: 1, path: "/q/db"), exitCode: .configuration,
             line: "the database has schema version 9, this program knows up to 1 (/q/db): upgrade koubou"),
        Case(testDescription: "older, to be looked at", error: .olderSchema(found: 1, path: "/q/db"), exitCode: .temporaryFailure,
             line: "the database has schema version 1, of an earlier koubou (/q/db): run: koubouctl status, which brings it up to date"),
        Case(testDescription: "an earlier worker", error: .inUseByEarlier(.worker(ProcessIdentity(pid: 7, start: "")), path: "/q"),
             exitCode: .temporaryFailure,
             line: "the queue is in use by koubou-worker, with pid 7, of an earlier version (/q): try again when its task has ended, or run: kill 7"),
        Case(testDescription: "foreign", error: .foreignDatabase(path: "/q/db"), exitCode: .dataError,
             line: "the database belongs to another program (/q/db): move it away, or give another --home"),
        Case(testDescription: "no task", error: .noSuchTask([TaskID(3)]), exitCode: .noInput,
             line: "no task 3: see 'koubouctl list'"),
        Case(testDescription: "a system call", error: .system(SystemError("open", "/q", code: EACCES)), exitCode: .noPermission,
             line: "cannot open '/q': Permission denied"),
    ])
    func tellsWhatAndHow(_ row: Case) {
        #expect(row.error.line == row.line)
        #expect(row.error.exitCode == row.exitCode)
    }

    @Test func onlyAFullDiskIsFull() {
        #expect(Self.sqlite(SQLITE_FULL).isFull)
        #expect(!Self.sqlite(SQLITE_IOERR).isFull)
        #expect(!StoreError.noSuchTask([]).isFull)
    }

    /// A row that was typed by hand is an error with its place, no crash.
    @Test func aMalformedRowIsAnError() throws {
        let queue = try TestQueue()
        try queue.register(slot: 1)
        try queue.store.database.run("UPDATE workers SET worker_id = 'bob'")
        let error = #expect(throws: StoreError.self) { _ = try queue.store.workers() }
        guard case .malformed(column: 0, expected: "WorkerID", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.exitCode == .dataError)
    }
}
