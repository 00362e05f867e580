import Testing

@testable import KoubouCore

/// Who tells, syncs: the order of a program's own system calls, as strace(1) sees it.
@Suite(.enabled(if: CrashPoint.canTrace, "strace sees what is synced"))
struct SyncOrderTests {
    @Test(arguments: [
        ["submit", "true"], ["submit", "--json", "true"], ["cancel", "1"], ["retry", "2"],
        ["edit", "1", "--priority", "9"],
        ["pause"], ["result", "2"], ["wait", "2"],
    ])
    func aCommandSyncsTheWALBeforeItEnds(words: [String]) throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        let ended = try home.koubouctl("submit", "--priority", "10", "exit 1").text
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        try eventually("failed") { try home.field("status", of: ended) }
        let calls = try trace([siblingProgram("koubouctl")] + words, in: home)
        let sync = try #require(calls.lastIndex { $0.hasPrefix("fdatasync(") && $0.contains("koubou.db-wal>") })
        // A waiter takes itself off the list at the end; that is for nobody to know.
        if words[0] != "wait" {
            #expect(calls[sync...].contains { $0.hasPrefix("pwrite64(") && $0.contains("-wal>") } == false)
        }
        #expect(!calls[..<sync].contains { $0.hasPrefix("write(1<") }, "nothing is told before")
    }

    /// An output that stays a file is on disk, and its name too, before a row refers to it.
    @Test func aLargeResultIsSyncedBeforeItIsRecorded() throws {
        let home = try Home()
        let task = try home.koubouctl("submit", "head -c 100000 /dev/zero").text
        let calls = try trace([siblingProgram("koubou-worker"), "--drain"], in: home)
        let file = try #require(calls.firstIndex { $0.hasPrefix("fsync(") && $0.contains("/results/\(task).out>") })
        let folder = try #require(calls.firstIndex { $0.hasPrefix("fsync(") && $0.contains("/results>") })
        let written = try #require(calls.lastIndex { $0.hasPrefix("write(") && $0.contains(".out>") })
        #expect(written < file && file < folder)
        #expect(calls[folder...].contains { $0.hasPrefix("pwrite64(") && $0.contains("-wal>") }, "the row comes after")
        #expect(try home.field("status", of: task) == "completed")
    }

    private func trace(_ words: [String], in home: Home) throws -> [Substring] {
        let options = ["-y", "-o", home.folder + "/trace", "-e", "trace=pwrite64,write,fdatasync,fsync"]
        _ = try home.run(["/usr/bin/strace"] + options + words)
        return try home.read("trace").split(separator: "\n")
    }
}
