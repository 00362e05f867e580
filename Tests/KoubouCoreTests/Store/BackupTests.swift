import Glibc
import Testing

@testable import KoubouCore

struct BackupTests {
    @Test func aCopyIsAWholeQueueInOneFile() throws {
        let queue = try TestQueue()
        let ids = try (0..<50).map { _ in try queue.submit() }
        try queue.store.backUp(to: queue.folder("copy.db"))
        try queue.submit()
        #expect(fileNames(in: queue.folder.path).sorted() == ["copy.db", "home"], "no draft, no -wal")
        #expect(fileStatus(queue.folder("copy.db")).map { $0.st_mode & 0o777 } == 0o600)

        let copy = try Database(path: queue.folder("copy.db"))
        #expect(try copy.integrityFaults().isEmpty)
        let found = try copy.rows("SELECT task_id FROM task_master ORDER BY task_id") { row throws(StoreError) in
            try row.get(0) as TaskID
        }
        #expect(found == ids)
        let version = try copy.first("PRAGMA user_version") { row throws(StoreError) in try row.get(0) as Int }
        #expect(version == Schema.version)
    }

    @Test func nothingIsOverwritten() throws {
        let queue = try TestQueue()
        let path = try queue.folder.write("precious", "x".utf8)
        #expect(throws: SystemError.self) { try queue.store.backUp(to: path) }
        #expect(try readFile(path) == Array(text: "x"))
        #expect(throws: SystemError.self) { try queue.store.backUp(to: queue.folder("no/such/folder")) }
        #expect(fileNames(in: queue.folder.path).sorted() == ["home", "precious"], "no draft is left")
    }

    @Test func aFileThatLooksLikeADraftIsLeftAlone() throws {
        let queue = try TestQueue()
        let other = try queue.folder.write("copy.part", "x".utf8)
        try queue.store.backUp(to: queue.folder("copy"))
        #expect(try readFile(other) == Array(text: "x"))
        #expect(fileNames(in: queue.folder.path).sorted() == ["copy", "copy.part", "home"])
    }

    @Test func aReplacedDatabaseIsNoticed() throws {
        let queue = try TestQueue()
        try queue.store.refuseGone()
        rename(queue.home.database, queue.home.database + ".old")
        #expect(throws: StoreError.self) { try queue.store.refuseGone() }
    }

    // MARK: check

    @Test func aGoodQueueHasNoFaults() throws {
        let queue = try TestQueue()
        try queue.submit()
        try queue.record(AttemptEnd(.completed), of: try queue.claim())
        try queue.submit()
        _ = try queue.claim()
        #expect(try queue.store.check(repairing: false).isEmpty)
    }

    @Test func wrongCountsAreFoundAndMended() throws {
        let queue = try TestQueue()
        try queue.submit()
        try queue.store.database.run("UPDATE task_count SET n = 7")
        try queue.store.database.run("INSERT INTO task_count VALUES ('exec', 'failed', 2, 2)")
        let faults = try queue.store.check(repairing: false)
        #expect(Set(faults.map(\.text)) == ["count of shell pending is 7, there are 1", "count of exec failed is 2, there are 0"])
        #expect(faults.allSatisfy { !$0.isRepaired })
        let mended = try queue.store.check(repairing: true)
        #expect(mended.count == 2 && mended.allSatisfy { $0.isRepaired })
        #expect(try queue.store.check(repairing: false).isEmpty)
    }

    @Test func wrongSlotsAndDependenciesAreFound() throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        let second = try queue.submit { $0.after = [first] }
        #expect(try queue.store.check(repairing: false).isEmpty)
        try queue.store.database.run("UPDATE task_count SET slots = 7 WHERE status = 'pending'")
        try queue.store.database.run("UPDATE task_master SET waits_for = 2 WHERE status = 'blocked'")
        #expect(try queue.store.check(repairing: true).map(\.text) == [
            "task \(second) waits for 2 tasks, there are 1", "slots of shell pending is 7, there are 1",
        ])
        #expect(try queue.store.check(repairing: false).count == 1)
    }

    @Test func whatIsMissingAndWhatIsTooMuchIsFound() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        let missing = queue.home.stdoutFile(of: id)
        var end = AttemptEnd(.completed)
        end.stdout = .file(missing)
        try queue.record(end, of: try queue.claim())
        try queue.folder.write("home/results/77.out", "orphan".utf8)
        try queue.folder.write("home/results/README", "not ours".utf8)
        let orphan = queue.home.results + "/77.out"
        let texts = try queue.store.check(repairing: false).map(\.text)
        #expect(texts == ["output of task \(id) is missing: \(missing)", "file that belongs to no task: \(orphan)"])
        _ = try queue.store.check(repairing: true)
        #expect(fileNames(in: queue.home.results) == ["README"])
    }

    @Test func aCopyKnowsOfNoProcesses() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        _ = try queue.claim()
        _ = try queue.store.becomeSupervisor(.current, limits: PoolLimits(), at: .test(2))
        let other = try Home(option: queue.folder("other"), environment: [:])
        try other.prepare()
        try queue.store.backUp(to: other.database)
        let copy = try Store(home: other)
        #expect(try copy.workers().isEmpty)
        #expect(try copy.supervisor() == nil)
        #expect(try copy.states(of: [id]) == [.pending])
        #expect(try copy.check(repairing: false) == [])
        #expect(try queue.state(of: id) == .inProgress)
    }
}
