import Glibc
import Testing

@testable import KoubouCore

enum EarlyForm: CaseIterable { case first, last }

/// The programs on a database of an earlier version: everything goes on, or stays as it is until it can.
struct UpgradeTests {
    @Test(arguments: EarlyForm.allCases)
    func theQueueOfAnEarlierVersionGoesOn(form: EarlyForm) throws {
        let home = try Home()
        try home.makeQueue(form)
        let supervisor = try home.start("kouboud", "--poll", "100ms")
        let log = "home/logs/worker_pool.log"
        try eventually(true) { try home.exists(log) && home.read(log).contains("msg=\"supervisor started\"") }
        // 1, 2 and 3 are to run, the last one as its worker has gone; 7 is no text, and fails.
        try eventually(["completed", "completed", "completed", "completed", "failed", "cancelled", "failed"]) {
            try home.shell("for id in 1 2 3 4 5 6 7; do koubouctl show --field status $id; done").lines
        }
        #expect(try home.koubouctl("result", "3").text == "3")
        #expect(try home.koubouctl("submit", "--wait", "echo new").text == "new")
        #expect(Int(try home.koubouctl("submit", "true").text) == 42, "after all ids that were given out")
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
        let copies = home.copies
        #expect(copies.count == 1)
        let line = "msg=\"database upgraded\" from=1 to=\(Schema.version) backup=\(home.path)/db/\(copies.first ?? "")"
        #expect(try home.read(log).contains(line))
        try home.expectSound()
    }

    @Test func aCommandTellsOfItOnce() throws {
        let home = try Home()
        try home.makeQueue(.last)
        let first = try home.koubouctl("list")
        #expect(first.status == 0 && first.lines.count == 8)
        #expect(first.errors == "koubouctl: the database was brought from schema version 1 to \(Schema.version); "
            + "as it was, it is in \(home.path)/db/\(home.copies.first ?? "")")
        #expect(try home.koubouctl("list").errors.isEmpty)

        // The copy is a whole queue.
        let other = try Home()
        _ = try other.openStore()
        for suffix in ["-wal", "-shm"] { unlink(other.path + "/db/koubou.db" + suffix) }
        try #require(rename(home.path + "/db/" + (home.copies.first ?? ""), other.path + "/db/koubou.db") == 0)
        #expect(try other.koubouctl("-q", "list").stdout == first.stdout)
        #expect(other.copies.count == 1)
    }

    /// While a supervisor of that version runs, nothing is done; `koubouctl stop` ends it, and then everything goes on.
    @Test func aRunningSupervisorIsToBeStoppedFirst() throws {
        let home = try Home()
        try home.makeQueue(.last)
        let earlier = try home.start("/bin/sleep", "1000")
        let identity = try #require(ProcessIdentity(of: earlier.pid))
        try home.execute("""
            INSERT INTO supervisor VALUES (1, \(identity.pid), '\(identity.start)', 1, 5, 2, 30, 'ratio', 60, NULL, '', '')
            """)
        for words in [["koubouctl", "submit", "true"], ["koubouctl", "start"], ["kouboud"], ["koubou-worker", "--drain"]] {
            let output = try home.run(words)
            #expect(output.status == ExitCode.temporaryFailure.rawValue, "\(words)")
            #expect(output.stdout.isEmpty)
            #expect(output.errors == "\(words[0]): the queue is in use by kouboud, with pid \(earlier.pid), of an earlier version "
                + "(\(home.path)): run: koubouctl stop, then koubouctl start")
        }
        #expect(home.copies.isEmpty)
        #expect(try home.koubouctl("stop").text == "supervisor stopped")
        #expect(try earlier.status() == 128 + SIGTERM)
        #expect(try home.koubouctl("submit", "true").text == "41")
        try home.expectSound()
    }

    /// Whatever system call fails or is the last one, it leaves the former form or the new one, and whole copies; the next
    /// program gets on with it.
    @Test(.enabled(if: CrashPoint.canTrace, "strace is needed"))
    func aBrokenUpgradeIsAllOrNothing() throws {
        var random = ChaosGenerator()
        let list = [siblingProgram("koubouctl"), "-q", "list"]
        func make() throws -> Home {
            let home = try Home()
            try home.makeQueue(.first)
            return home
        }
        let sample = CrashPointSample(try CrashPoint.all(of: list, in: make()), size: 60, &random)
        report(sample.table("upgrade") + ", seed \(random.seed)")
        let whole = try make()
        try whole.koubouctl("-q", "list")
        let wanted = try whole.koubouctl("export").text
        for point in sample.points {
            let home = try make()
            let end = try home.run(point.tracer(in: home) + list)
            point.expectOrderlyEnd(end.status)
            #expect(!end.errors.contains("\n"), "\(point): \(end.errors)")
            let version = try home.version()
            #expect([1, Schema.version].contains(version), "\(point)")
            let again = try home.koubouctl("list")
            #expect(again.status == 0, "\(point): \(again.errors)")
            #expect(again.errors.isEmpty == (version != 1), "\(point)")
            #expect((1...2).contains(home.copies.count), "\(point)")
            for copy in home.copies {
                #expect(try home.version(of: copy) == 1, "\(point)")
                #expect(try home.shell("sqlite3 'home/db/\(copy)' 'PRAGMA integrity_check; SELECT count(*) FROM task_master'").lines == ["ok", "7"], "\(point)")
            }
            #expect(try home.koubouctl("export").text == wanted, "\(point)")
            try home.expectSound("\(point)")
        }
    }

    @Test(.enabled(if: SmallDisk.canMount, "mounting a small file system takes root"))
    func withoutRoomNothingIsChanged() throws {
        let home = try Home()
        let disk = try SmallDisk(at: home.path, megabytes: 6)
        try home.makeQueue(.first)
        try disk.fill()
        let output = try home.koubouctl("list")
        #expect(output.status == ExitCode.ioError.rawValue)
        #expect(!output.errors.contains("\n"), "\(output.errors)")
        #expect(home.copies.isEmpty)
        try disk.makeRoom()
        #expect(try home.koubouctl("list").lines.count == 8)
    }
}

extension Home {
    /// Makes the queue as the first or the last programs of version 1 did, with the tasks of `rows.sql`.
    fileprivate func makeQueue(_ form: EarlyForm) throws {
        try KoubouCore.Home(option: path, environment: [:]).prepare()
        func text(_ file: String) throws -> String {
            let folder = parentFolder(of: parentFolder(of: parentFolder(of: #filePath))) + "/Forms/"
            return String(decoding: try readFile(folder + file), as: UTF8.self)
        }
        switch form {
        case .first:
            let section = try text("early.sql").split(separator: "\n== ")[1]
            try execute(String(section.drop { $0 != "\n" }) + "PRAGMA application_id = \(Schema.applicationID);")
        case .last: try execute(text("v2.sql"))
        }
        try execute(text("rows.sql") + "PRAGMA user_version = 1;")
    }

    fileprivate func execute(_ script: String) throws { try Database(path: path + "/db/koubou.db").execute(script: script) }

    fileprivate func version(of file: String = "koubou.db") throws -> Int {
        try Database(path: path + "/db/" + file).first("PRAGMA user_version") { row throws(StoreError) in try row.get(0) } ?? 0
    }

    /// Of databases, as they were before an upgrade.
    fileprivate var copies: [String] {
        fileNames(in: path + "/db").filter { $0.hasPrefix("koubou-v1-") && $0.hasSuffix(".db") }
    }
}
