import Glibc
import Testing

@testable import KoubouCore

/// Command lines that nobody would write: koubouctl never crashes, hangs or stores something together with an error.
///
/// 10,000 of them, or `KOUBOU_FUZZ`; always the same ones, or those of another `KOUBOU_SEED`.
@Suite struct FuzzTests {
    private static let rounds = 20
    private static let seed = UInt64(Knob.number("KOUBOU_SEED") ?? 20_261_124)
    private static let grammar = Result { try CommandGrammar(Home()) }

    @Test(arguments: 0..<rounds)
    func anyCommandLineEndsWell(round: Int) throws {
        var random = ChaosGenerator(seed: Self.seed &+ UInt64(round) &* 1_000_003)
        let home = try Home()
        let grammar = try Self.grammar.get()
        #expect(grammar.size.commands >= 30 && grammar.size.options >= 100, "the help is not understood")
        let target = try FuzzTarget(home)
        for number in 0..<(Knob.number("KOUBOU_FUZZ") ?? 10_000) / Self.rounds {
            let words = grammar.line(&random)
            let stdin = grammar.input(&random)
            guard let fault = try target.fault(words, stdin: stdin) else { continue }
            let shown = words.map { LogLine.printable(String(decoding: $0, as: UTF8.self).debugDescription) }
            Issue.record("\(fault): koubouctl \(shown.joined(separator: " ")) (KOUBOU_SEED=\(Self.seed), round \(round), line \(number))")
        }
    }

    @Test(arguments: [
        ("  -p, --priority N   1 to 10", "-p --priority N"), ("      --json         JSON", "nil --json nil"),
        ("  -h, --help      print", "-h --help nil"), ("      --max-attempts N", "nil --max-attempts N"), ("  examples: --x", "nothing"),
    ])
    func theHelpIsUnderstood(line: String, option: String) {
        let read = CommandGrammar.option(line).map { "\($0.short ?? "nil") \($0.long) \($0.placeholder ?? "nil")" }
        #expect(read ?? "nothing" == option)
    }
}

/// A koubouctl of its own that stands alone, so that no line can start a supervisor, and what runs would run for real.
private final class FuzzTarget {
    private let home: Home
    private let program: [UInt8]
    private let store: Store
    private let emptyQueue: [String]
    private var version = 0
    private var rows: [String] = []
    private var files: [String] = []

    init(_ home: Home) throws {
        self.home = home
        program = Array((home.folder + "/koubouctl").utf8)
        #expect(try home.run(["/bin/cp", siblingProgram("koubouctl"), home.folder]).status == 0)
        emptyQueue = try home.queue().allRows()
        for words in Self.beginning { #expect(try home.run(["koubouctl"] + words).status == 0, "\(words)") }
        store = try home.queue()
        (version, rows, files) = (try store.dataVersion(), try store.allRows(), storedFiles())
    }

    /// Something of each kind that can be stored, for lines to change.
    private static let beginning = [
        ["submit", "--tag", "x", "true"], ["submit", "true"], ["submit", "--key", "x", "--", "true"], ["submit", "--at", "10:00", "true"],
        ["submit", "--after", "1", "true"], ["cancel", "2"], ["every", "15m", "--", "true"], ["every", "@daily", "true"],
        ["token", "x"], ["token", "--right", "read", "1"], ["pause", "-t", "code"], ["pool", "--max", "3"],
    ]

    /// What is wrong with how koubouctl takes `words`; nil: nothing.
    func fault(_ words: [[UInt8]], stdin: [UInt8]) throws -> String? {
        var plan = SpawnPlan(
            arguments: [program] + words, environment: home.environment.map { Array($0.utf8) },
            workingDirectory: Array(home.folder.utf8))
        let err = try makeMemoryFile(named: "stderr", holding: [])
        let input = try makeMemoryFile(named: "stdin", holding: stdin)
        (plan.descriptors[0], plan.descriptors[2]) = (input.number, err.number)
        let mayWait = Self.mayWait(words)
        guard let status = end(of: try spawn(plan), mayWait: mayWait) else { return "hangs" }
        lseek(err.number, 0, SEEK_SET)
        let errors = try readAll(from: err.number)

        if let fault = try storeFault(status) { return fault }
        if mayWait, status == 128 + SIGTERM { return nil }
        guard ExitCode(rawValue: status) != nil || [124, 130].contains(status) else { return "exits with \(status)" }
        let isTold = ["koubouctl: ", "usage: "].contains { errors.starts(with: $0.utf8) }
        // Whoever is quiet about a time that ran out was asked to be.
        let isQuiet = status == ExitCode.temporaryFailure.rawValue && Self.asksForQuiet(words)
        if (64...78).contains(status), !isTold, !isQuiet {
            return "says nothing about its exit status \(status)"
        }
        if errors.contains(where: { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f }) { return "steers the terminal" }
        return nil
    }

    /// Whether it was told to wait for something that will not come: then it is ended after a moment.
    private static func mayWait(_ words: [[UInt8]]) -> Bool {
        words.contains { word in
            let text = String(decoding: word, as: UTF8.self)
            if ["wait", "serve", "mcp"].contains(text) { return true }
            if text.hasPrefix("--") { return text.hasPrefix("--f") || text.hasPrefix("--w") }
            return text.hasPrefix("-") && text.contains { "fw".contains($0) }
        }
    }

    private static func asksForQuiet(_ words: [[UInt8]]) -> Bool {
        words.contains { word in
            let text = String(decoding: word, as: UTF8.self)
            return text.hasPrefix("--q") || text.hasPrefix("-") && !text.hasPrefix("--") && text.contains("q")
        }
    }

    /// The exit status; nil when it had to be killed.
    private func end(of pid: pid_t, mayWait: Bool) -> Int32? {
        let start = MonotonicClock.now
        var isTold = false
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0, info._sifields._sigchld.si_pid != pid {
            let time = MonotonicClock.now - start
            if mayWait, !isTold, time > .milliseconds(150) {
                kill(pid, SIGTERM)
                isTold = true
            }
            if time > .patience {
                kill(pid, SIGKILL)
                _ = ProcessEnd(reaping: pid)
                return nil
            }
            usleep(300)
        }
        return ProcessEnd(reaping: pid)?.cause.status
    }

    /// With an error nothing is stored, and nothing changed: no row of any table, and no file.
    private func storeFault(_ status: Int32) throws -> String? {
        let before = (rows: rows, files: files)
        let version = try store.dataVersion()
        if version != self.version { (self.version, rows) = (version, try store.allRows()) }
        files = storedFiles()
        guard (64...78).contains(status) else { return nil }
        let changes = Self.difference(before.rows, rows) + (try changedFiles(before.files))
        if files.count > Self.manyFiles { try removeStrays() }
        return changes.isEmpty ? nil : "exits with \(status) and has changed \(changes.joined(separator: "; "))"
    }

    private static let manyFiles = 100

    /// Takes away the other homes and the copies that lines have made.
    private func removeStrays() throws {
        let kept = ["home", "koubouctl"]
        #expect(try home.shell("find . -mindepth 1 -maxdepth 1 \(kept.map { "! -name \($0)" }.joined(separator: " ")) -exec rm -rf {} +").status == 0)
        files = storedFiles()
    }

    /// An empty queue in another home is nothing stored.
    private func changedFiles(_ before: [String]) throws -> [String] {
        var changes = Self.difference(before, files)
        for database in changes where database.hasPrefix("+ ") && database.hasSuffix("/db/") {
            let other = String(database.dropFirst(2).dropLast(4))
            guard try Store(inspecting: KoubouCore.Home(option: other, environment: [:])).allRows() == emptyQueue else { continue }
            changes.removeAll { $0.hasPrefix("+ \(other)/") }
        }
        return changes
    }

    private static func difference(_ before: [String], _ after: [String]) -> [String] {
        guard before != after else { return [] }
        let (old, new) = (Set(before), Set(after))
        return old.subtracting(new).map { "- \($0)" } + new.subtracting(old).map { "+ \($0)" }
    }

    /// The database is compared by its rows; the memory that its users share is written when it pleases the kernel.
    private func storedFiles() -> [String] {
        let (database, shared) = (Array((home.path + "/db/").utf8), Array("/koubou.db-shm".utf8))
        return allFiles(in: Array(home.folder.utf8)) { $0.starts(with: database) || $0.suffix(shared.count).elementsEqual(shared) }
    }
}
