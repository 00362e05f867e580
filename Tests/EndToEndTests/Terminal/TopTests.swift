import Glibc
import KoubouCore
import Testing

/// `koubouctl top` on a terminal of its own, with its keys.
@Suite struct TopTests {
    private static let sleeper = "echo begin; exec sleep 1000"

    private func top(_ home: Home, columns: Int = 100, rows: Int = 20) throws -> PseudoTerminal {
        _ = try home.openStore()
        let terminal = try PseudoTerminal(home, "koubouctl", "top", columns: columns, rows: rows)
        try eventually(true) { terminal.screen.contains("q quit") }
        return terminal
    }

    private func expectRestored(_ terminal: PseudoTerminal, at location: SourceLocation = #_sourceLocation) {
        let screen = terminal.screen
        #expect(!screen.isAlternate && screen.isCursorVisible && screen.unknown.isEmpty, sourceLocation: location)
        #expect(terminal.isCooked, sourceLocation: location)
        #expect(terminal.written.suffix(200).contains(Array("\u{1b}[?7h".utf8)), sourceLocation: location)
    }

    @Test func showsWorkersAndQueueAndGivesTheTerminalBack() throws {
        let home = try Home()
        _ = try home.startSupervisor("--max", "1")
        let running = try home.handIn("--title", "the 漢字 one", "-t", "shell", Self.sleeper)
        try eventually(.inProgress) { try home.state(of: running) }
        _ = try home.handIn("-p", "2", "--title", "goes last\u{1b}[2J", "true")
        _ = try home.handIn("-p", "8", "--title", "goes next", "true")
        let terminal = try top(home)
        #expect(terminal.screen.isAlternate && !terminal.screen.isCursorVisible && !terminal.isCooked)
        try eventually(true) {
            let positions = ["the 漢字 one", "goes next", "goes last"].map { title in
                terminal.screen.lines.firstIndex { $0.contains(title) } ?? -1
            }
            return positions[0] > 0 && positions[0] < positions[1] && positions[1] < positions[2]
        }
        #expect(terminal.screen.contains("worker_001  busy"))
        #expect(terminal.screen.contains("the 漢字 one"))
        #expect(terminal.screen.contains("goes last\\u001b[2J"))
        #expect(terminal.screen.contains("pending 2  in_progress 1"))
        terminal.type("q")
        #expect(try terminal.status() == 0)
        expectRestored(terminal)
    }

    @Test func changesComeOntoTheScreenByThemselves() throws {
        let home = try Home()
        _ = try home.queue()
        let terminal = try top(home)
        try home.koubouctl("submit", "--title", "came later", "true")
        try eventually(true) { terminal.screen.contains("came later") && terminal.screen.contains("pending 1") }
    }

    @Test func keysReallyChangeTheQueue() throws {
        let home = try Home()
        let first = try home.handIn("true")
        let second = try home.handIn("-p", "3", "true")
        let terminal = try top(home)
        try eventually(true) { terminal.screen.lines.contains { $0.hasPrefix("       \(second)  ") } }
        terminal.type("\u{1b}[B++")
        try eventually("5") { try home.field("priority", of: second) }
        terminal.type("-")
        try eventually("4") { try home.field("priority", of: second) }
        terminal.type("c")
        try eventually(true) { terminal.screen.contains("cancel task \(second)? y/n") }
        terminal.type("ncy")
        try eventually(.cancelled) { try home.state(of: second) }
        try eventually(true) { terminal.screen.contains("task \(second) is cancelled") }
        terminal.type("r")
        try eventually(.pending) { try home.state(of: second) }
        #expect(try home.state(of: first) == .pending)
        terminal.type("p")
        try eventually(["shell"]) { try home.queue().pauses().map(\.type) }
        try eventually(true) { terminal.screen.contains("paused: shell") }
        terminal.type("p")
        try eventually([]) { try home.queue().pauses().map(\.type) }
        terminal.type("P")
        try eventually([nil]) { try home.queue().pauses().map(\.type) }
        terminal.type("P")
        try eventually([]) { try home.queue().pauses().map(\.type) }
        terminal.type("ff")
        try eventually(true) { terminal.screen.contains("TITLE (scheduled)") }
        terminal.type("?")
        try eventually(true) { terminal.screen.contains("any key leads back") }
        terminal.type("x")
        try eventually(true) { terminal.screen.contains("q quit") }
        terminal.type("q")
        #expect(try terminal.status() == 0)
    }

    @Test func followsTheOutputOfATask() throws {
        let home = try Home()
        _ = try home.startSupervisor("--max", "1")
        let gate = try Gate(in: home)
        let task = try home.handIn("echo begin; echo oops >&2; \(gate.command); echo end; \(gate.command)")
        try eventually(.inProgress) { try home.state(of: task) }
        let terminal = try top(home)
        try eventually(true) { terminal.screen.contains("worker_001  busy") }
        terminal.type("\r")
        try eventually(true) { terminal.screen.contains("task \(task), stdout, in_progress") && terminal.screen.contains("begin") }
        terminal.type("e")
        try eventually(true) { terminal.screen.contains("stderr, in_progress") && terminal.screen.contains("oops") }
        terminal.type("e")
        gate.open()
        try eventually(true) { terminal.screen.contains("stdout, completed") && terminal.screen.contains("end") }
        terminal.type("\u{1b}")  // alone: known as a key only when time has passed
        try eventually(true) { terminal.screen.contains("completed 1") }
        terminal.type("q")
        #expect(try terminal.status() == 0)
    }

    @Test func followsTheSizeOfTheTerminal() throws {
        let home = try Home()
        let task = try home.handIn("--title", "漢字漢字漢字漢字", "true")
        let terminal = try top(home)
        for (columns, rows) in [(40, 10), (20, 5), (1, 1), (2, 30), (300, 100), (80, 24)] {
            terminal.resize(columns: columns, rows: rows)
            try eventually(true) { terminal.screen.lines[0].hasPrefix("koubou ".fitted(to: columns)) }
            if columns >= 20 { try eventually(true) { terminal.screen.lines.contains { $0.contains(" \(task)  ") } } }
        }
        try eventually(true) { terminal.screen.lines[23].hasPrefix("q quit") }
        #expect(terminal.screen.unknown == [])
        terminal.type("q")
        #expect(try terminal.status() == 0)
        expectRestored(terminal)
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT])
    func aSignalEndsItAndGivesTheTerminalBack(signal: Int32) throws {
        let home = try Home()
        let terminal = try top(home)
        kill(try #require(terminal.program), signal)
        #expect(try terminal.status() == 128 + signal)
        expectRestored(terminal)
    }

    @Test(arguments: [nil, SIGTERM])
    func eachSettingOfTheTerminalIsAsBefore(signal: Int32?) throws {
        let home = try Home()
        _ = try home.openStore()
        let terminal = try PseudoTerminal(
            home, "/bin/sh", "-c",
            "stty -echoctl ixany; stty -g >before; '\(siblingProgram("koubouctl"))' top; stty -g >after")
        try eventually(true) { terminal.screen.contains("q quit") }
        if let signal {
            let shell = try #require(terminal.program)
            kill(try #require(ProcessTable.all().first { $0.parent == shell }).pid, signal)
        } else {
            terminal.type("q")
        }
        #expect(try terminal.status() == 0)
        #expect(try home.read("after") == home.read("before"))
        expectRestored(terminal)
    }

    @Test func controlCIsASignal() throws {
        let home = try Home()
        let terminal = try top(home)
        terminal.type("\u{3}")
        #expect(try terminal.status() == 130)
        expectRestored(terminal)
    }

    @Test func controlZGivesTheTerminalBackUntilItGoesOn() throws {
        let home = try Home()
        _ = try home.openStore()
        let terminal = try PseudoTerminal(home, "/bin/bash", "--norc", "--noprofile", "-i", environment: ["PS1=ready> "])
        try eventually(true) { terminal.screen.contains("ready>") }
        terminal.type("'\(siblingProgram("koubouctl"))' top\r")
        try eventually(true) { terminal.screen.isAlternate && terminal.screen.contains("q quit") }
        terminal.type("\u{1a}")
        try eventually(true) { terminal.screen.contains("Stopped") && !terminal.screen.isAlternate }
        #expect(terminal.screen.isCursorVisible)
        terminal.type("fg\r")
        try eventually(true) { terminal.screen.isAlternate && terminal.screen.contains("q quit") }
        terminal.type("q")
        try eventually(true) { !terminal.screen.isAlternate && terminal.screen.text.hasSuffix("ready>") }
        terminal.type("echo \"status=$?\"; exit\r")
        try eventually(true) { terminal.screen.contains("status=0") }
    }

    /// Where nobody could say "fg" the kernel lets nobody stop.
    @Test func controlZWithoutAShellChangesNothing() throws {
        let home = try Home()
        let terminal = try top(home)
        terminal.type("\u{1a}")
        try eventually(2) { String(decoding: terminal.written, as: UTF8.self).components(of: "\u{1b}[?1049h") + (terminal.screen.isAlternate ? 0 : 9) }
        terminal.type("q")
        #expect(try terminal.status() == 0)
        expectRestored(terminal)
    }

    @Test func aDatabaseThatIsGoneEndsItWithAMessage() throws {
        let home = try Home()
        let terminal = try top(home)
        #expect(try home.shell("rm -r home/db").status == 0)
        #expect(try terminal.status() == 74)
        expectRestored(terminal)
        #expect(terminal.screen.contains("koubouctl: the database was deleted or replaced"))
    }

    @Test func aDatabaseThatCantBeReadIsTroubleInTheHeadLine() throws {
        let home = try Home()
        _ = try home.handIn("--title", "still there", "true")
        let terminal = try top(home)
        try eventually(true) { terminal.screen.contains("still there") }
        let lock = try home.start("/usr/bin/flock", home.path + "/db/lock", "sleep", "1000")
        try eventually(false) { try home.shell("flock -n home/db/lock true").status == 0 }
        terminal.type("+")
        try eventually(true) { terminal.screen.contains("another process kept the database locked") }
        lock.signal(SIGKILL)
        try eventually(true) { terminal.screen.contains("still there") }
        terminal.type("q")
        #expect(try terminal.status() == 0)
    }

    @Test(arguments: ["</dev/null", ">/dev/null", "| cat"])
    func withoutATerminalItIsAUsageError(redirection: String) throws {
        let home = try Home()
        let terminal = try PseudoTerminal(
            home, "/bin/sh", "-c", "'\(siblingProgram("koubouctl"))' top \(redirection); echo $? >status")
        #expect(try terminal.status() == 0)
        #expect(terminal.screen.contains("koubouctl: top needs a terminal: in a pipe use:"))
        if redirection != "| cat" { #expect(try home.read("status") == "64\n") }
        #expect(!home.exists("home"), "nothing is made for that")
    }
}

extension String {
    /// How often `part` occurs.
    fileprivate func components(of part: String) -> Int {
        var (count, rest) = (0, Substring(self))
        while let range = rest.firstRange(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
