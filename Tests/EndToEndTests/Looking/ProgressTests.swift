import Glibc
import Testing

/// Waiting for many tasks: a line on a terminal tells how far they are, and nothing does elsewhere.
struct ProgressTests {
    /// Ten tasks, of which the first five end at once, two of them badly; the rest wait for the gate.
    private static func handIn(_ gate: Gate) -> String {
        (1...5).map { "exit \($0 > 3 ? 1 : 0)\n" }.joined() + String(repeating: gate.command + "\n", count: 5)
    }

    @Test func waitShowsALineAndTakesItAway() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let ids = try home.handIn("--lines", stdin: Self.handIn(gate)).split(separator: "\n").map(String.init)
        _ = try home.startSupervisor()
        let terminal = try PseudoTerminal(
            home, "/bin/sh", "-c", "koubouctl wait \(ids.joined(separator: " ")); echo ended with $?", columns: 70,
            environment: home.withPrograms)
        try eventually(true) { terminal.screen.lines[0].contains("]   5/10  50%  2 failed") }
        #expect(terminal.screen.lines[0].hasPrefix("[####"))
        #expect(terminal.screen.lines[1] == "" && terminal.screen.cursor.row == 0)
        terminal.resize(columns: 20, rows: 5)
        try eventually(" 5/10  50%") { terminal.screen.lines[0] }
        gate.open()
        try eventually("ended with 1") { terminal.screen.text }
        #expect(terminal.screen.unknown == [])
        #expect(try terminal.status() == 0)
    }

    @Test func submitOfLinesShowsItBelowTheIDs() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        try home.write(Self.handIn(gate), to: "lines")
        _ = try home.startSupervisor()
        let terminal = try PseudoTerminal(
            home, "/bin/sh", "-c", "trap : INT; koubouctl submit --wait --lines <lines; echo ended with $?", environment: home.withPrograms)
        try eventually(true) { terminal.screen.lines[10].contains("5/10  50%  2 failed") }
        #expect(terminal.screen.lines[..<10].elementsEqual((1...10).map(String.init)))
        terminal.type("\u{3}")
        try eventually("ended with 130") { terminal.screen.lines[10].trimming("^C") }
    }

    /// The line goes to the terminal on stderr also when stdout is a pipe, and stdout is data alone.
    @Test func stdoutHoldsNothingOfIt() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        try home.write(Self.handIn(gate), to: "lines")
        _ = try home.startSupervisor()
        let terminal = try PseudoTerminal(
            home, "/bin/sh", "-c", "koubouctl submit --wait --lines <lines >ids; cat ids", environment: home.withPrograms)
        try eventually(true) { terminal.screen.lines[0].contains("5/10  50%") }
        gate.open()
        try eventually((1...10).map(String.init).joined(separator: "\n")) { terminal.screen.text }
    }

    @Test func elsewhereThereIsNone() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        try home.write(Self.handIn(gate), to: "lines")
        _ = try home.startSupervisor()
        let wait = try home.start("/bin/sh", "-c", "PATH=\(Home.programs):$PATH; koubouctl submit --lines <lines | xargs koubouctl wait")
        #expect(wait.isRunning)
        try eventually(5) { try home.count(.inProgress) + home.count(.pending) }
        gate.open()
        _ = try wait.status()
        #expect(wait.stdout == "" && wait.stderr == "")
        let dumb = try PseudoTerminal(home, "koubouctl", "wait", "1", "2", environment: ["TERM=dumb"])
        #expect(try dumb.status() == 0)
        #expect(dumb.written == [])
    }

    @Test func oneTaskNeedsNoLine() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let id = try home.handIn(gate.command)
        _ = try home.startSupervisor()
        let terminal = try PseudoTerminal(home, "koubouctl", "wait", id)
        try eventually(.inProgress) { try home.state(of: id) }
        gate.open()
        #expect(try terminal.status() == 0)
        #expect(terminal.written == [])
    }

    /// What is waited for may be pruned meanwhile, retried, or given twice.
    @Test func waitingEndsInAnyCase() throws {
        let home = try Home()
        try home.koubouctl("submit", "--lines", stdin: "a\nb\nc\nd\n")
        let all = try home.start("koubouctl", "wait", "1", "2", "2", "3", "4")
        let any = try home.start("koubouctl", "wait", "--any", "2", "3")
        try eventually(true) { all.stderr.contains("no supervisor") && any.stderr.contains("no supervisor") }
        for id in ["4", "1", "3"] {
            try home.koubouctl("cancel", id)
            try home.koubouctl("prune", "--all")
        }
        #expect(all.isRunning)
        try home.koubouctl("cancel", "2")
        #expect(try all.status() == 1)
        #expect(try any.status() != nil)
    }
}

extension Home {
    /// The environment in which a shell finds our programs by name.
    var withPrograms: [String] { ["PATH=\(Self.programs):/usr/local/bin:/usr/bin:/bin"] }
}

extension String {
    fileprivate func trimming(_ prefix: String) -> String { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self }
}
