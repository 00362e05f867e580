import Glibc
import Testing

/// `--watch`: the same place, drawn again when something has changed.
struct WatchTests {
    @Test func aListIsRedrawnInPlace() throws {
        let home = try Home()
        try home.koubouctl("submit", "--title", "first", "date")
        let terminal = try PseudoTerminal(home, "koubouctl", "list", "--watch", "--interval", "100ms")
        try eventually(true) { terminal.screen.lines[1].hasSuffix("first") && !terminal.screen.isCursorVisible }
        try home.koubouctl("submit", "--title", "second", "date")
        try eventually(true) {
            let lines = terminal.screen.lines
            return lines[0].hasPrefix("ID") && lines[2].hasSuffix("second") && lines[3] == ""
        }
        try home.koubouctl("cancel", "1")
        try home.koubouctl("prune", "--all")
        try eventually(true) { terminal.screen.lines[1].hasSuffix("second") && terminal.screen.lines[2] == "" }
        #expect(terminal.screen.unknown == [] && !terminal.screen.isAlternate)
        terminal.type("\u{3}")
        #expect(try terminal.status() == 130)
        #expect(terminal.screen.isCursorVisible && terminal.isCooked)
        #expect(terminal.screen.lines[1].hasSuffix("second"), "the last frame stays")
        #expect(terminal.screen.cursor.row >= 2, "what comes next is below it")
    }

    @Test func theNewestFitAndAResizeIsFollowed() throws {
        let home = try Home()
        try home.koubouctl("submit", "--lines", stdin: (1...50).map { "echo \($0) and a long title\n" }.joined())
        let terminal = try PseudoTerminal(home, "koubouctl", "list", "--watch", "--interval", "1h", columns: 80, rows: 10)
        try eventually(true) { terminal.screen.lines[8].contains("echo 50 and a long title") }
        #expect(terminal.screen.lines[1].contains("echo 43"), "nine rows, and one for the cursor")
        terminal.resize(columns: 44, rows: 6)
        try eventually(true) { terminal.screen.lines[4].contains(/\d[smh]  echo 50 and …$/) }
        #expect(terminal.screen.lines[0].hasPrefix("ID") && terminal.screen.lines[1].contains("echo 47"))
        terminal.resize(columns: 3, rows: 1)
        terminal.resize(columns: 80, rows: 24)
        try eventually(true) { terminal.screen.lines[22].contains("echo 50 and a long title") }
        kill(try #require(terminal.program), SIGTERM)
        #expect(try terminal.status() == 143)
        #expect(terminal.screen.isCursorVisible)
    }

    /// After Ctrl-Z the cursor is there; back in the foreground all is drawn anew.
    @Test func aStopGivesTheCursorBack() throws {
        let home = try Home()
        _ = try home.openStore()
        let terminal = try PseudoTerminal(home, "koubouctl", "list", "--watch", "--interval", "1h")
        try eventually(true) { terminal.screen.contains("TITLE") }
        let program = try #require(terminal.program)
        kill(program, SIGTSTP)
        try eventually(true) { terminal.screen.isCursorVisible }
        // It shows the cursor, and then it stops: to go on before that is lost.
        try eventually(false) {
            kill(program, SIGCONT)
            return terminal.screen.isCursorVisible
        }
        terminal.type("\u{1c}")
        #expect(try terminal.status() == 131)
    }

    @Test func stats() throws {
        let home = try Home()
        _ = try home.openStore()
        let terminal = try PseudoTerminal(home, "koubouctl", "stats", "--watch", "--interval", "100ms", columns: 40)
        try eventually(true) { terminal.screen.contains("Worker Pool Statistics") }
        #expect(terminal.screen.lines[0] == String(repeating: "=", count: 39) + "…")
        try home.koubouctl("submit", "date")
        try eventually(true) { terminal.screen.contains("pending: 1 tasks") }
        terminal.type("\u{3}")
        #expect(try terminal.status() == 130)
    }

    @Test(arguments: [
        ["list", "--watch"], ["stats", "--watch"], ["list", "--interval", "1s"], ["list", "--watch", "--json"],
        ["list", "--watch", "--interval", "1ms"], ["stats", "--watch", "--json"], ["stats", "--interval", "2s"],
    ])
    func isRefusedInOneLine(_ words: [String]) throws {
        let output = try Home().run(["koubouctl"] + words)
        #expect(output.status == 64 && output.text == "" && !output.errors.contains("\n") && output.errors != "")
    }
}
