import Glibc
import Testing

@testable import KoubouCore

/// Rows name files of `results/` without the home's own path.
struct ResultFileTests {
    private func queueWithLargeResult() throws -> (queue: TestQueue, task: TaskID) {
        let queue = try TestQueue()
        let task = try queue.submit()
        let claim = try queue.claim()
        let file = queue.home.stdoutFile(of: task)
        try FileDescriptor(opening: file, O_WRONLY | O_CREAT).close()
        var end = AttemptEnd(.completed)
        end.stdout = .file(file)
        try queue.record(end, of: claim)
        return (queue, task)
    }

    @Test func aHomeReachedByAnotherPathKeepsItsResults() throws {
        let (queue, task) = try queueWithLargeResult()
        let link = queue.folder("link")
        try #require(symlink(queue.home.path, link) == 0)
        let store = try Store(home: Home(option: link, environment: [:]))
        #expect(try store.deleteOrphanedFiles() == 0)
        #expect(try store.check(repairing: true) == [])
        #expect(try store.output(of: task)?.stdout == .file(queue.home.stdoutFile(of: task)))
        #expect(access(queue.home.stdoutFile(of: task), F_OK) == 0)
    }

    @Test func aCopyNamesItsOwnFiles() throws {
        let (queue, task) = try queueWithLargeResult()
        let other = try Home(option: queue.folder("other"), environment: [:])
        try other.prepare()
        try queue.store.backUp(to: other.database)
        let pruned = try Store(home: other).prune(endedBefore: .test(99), statuses: nil, limit: 10)
        #expect(pruned.files == [other.stdoutFile(of: task)])
        #expect(try queue.value(queue.store.taskJSON(of: task), "$.result_file") == queue.home.stdoutFile(of: task))
    }
}
