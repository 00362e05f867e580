import Glibc
import Testing

/// `list` for people: a table that fits their terminal.
struct ListTableTests {
    private static func home() throws -> Home {
        let home = try Home()
        try home.koubouctl("submit", "--title", "a title that is longer than a narrow terminal has columns", "true")
        try home.koubouctl("submit", "-p", "9", "--title", "漢字の長い題名は二倍の幅を取る", "--", "true")
        try home.koubouctl("submit", "--title", "e\u{301}\u{1b}[31mtwo\nlines", "date")
        try home.koubouctl("cancel", "2")
        return home
    }

    @Test func inAPipeItIsPlainAndWhole() throws {
        let output = try Self.home().koubouctl("list")
        #expect(output.lines[0] == "ID  TYPE   STATUS     PRIO  AGE  TITLE")
        #expect(output.lines[1].hasPrefix(" 1  shell  pending       5 "))
        #expect(output.lines[1].hasSuffix("  a title that is longer than a narrow terminal has columns"))
        #expect(output.lines[2].contains(/\d[smh]  漢字の長い題名は二倍の幅を取る$/))
        #expect(output.lines[3].contains(/\d[smh] {2}\S/) && output.lines[3].hasSuffix(#"  é\u001b[31mtwo\nlines"#.replacing("é", with: "e\u{301}")))
        #expect(!output.text.contains("\u{1b}"))
    }

    @Test func onATerminalItFits() throws {
        let home = try Self.home()
        let terminal = try PseudoTerminal(home, "koubouctl", "list", columns: 50, rows: 24)
        #expect(try terminal.status() == 0)
        let lines = terminal.screen.lines
        #expect(lines[0] == "ID  TYPE   STATUS     PRIO  AGE  TITLE")
        #expect(lines[1].contains(/\d[smh]  a title that is …$/), "\(lines[1])")
        #expect(lines[2].contains(/\d[smh]  漢字の長い題名は…$/), "\(lines[2])")
        #expect(lines[4] == "" && terminal.screen.unknown == [])
    }

    @Test(arguments: [(1, 5), (7, 3), (20, 24), (300, 24)])
    func onAnyTerminalALineIsARow(_ columns: Int, _ rows: Int) throws {
        let home = try Self.home()
        let terminal = try PseudoTerminal(home, "koubouctl", "list", columns: columns, rows: rows)
        #expect(try terminal.status() == 0)
        #expect(terminal.written.count { $0 == 0x0a } == 4)
        // The table scrolled up as far as it is longer than the terminal, and no further.
        #expect(terminal.screen.cursor.row == min(4, rows - 1))
        if rows > 4 { #expect(terminal.screen.lines[1].contains("1")) }
    }

    @Test func onlyTheStatusIsColoured() throws {
        let home = try Self.home()
        func written(_ environment: String...) throws -> String {
            let terminal = try PseudoTerminal(home, "koubouctl", "list", environment: environment)
            #expect(try terminal.status() == 0)
            return String(decoding: terminal.written, as: UTF8.self)
        }
        let coloured = try written()
        #expect(coloured.contains("  exec   \u{1b}[90mcancelled\u{1b}[0m     9 "))
        #expect(coloured.count { $0 == "\u{1b}" } == 6)
        #expect(try !written("NO_COLOR=1").contains("\u{1b}"))
        #expect(try !written("TERM=dumb").contains("\u{1b}"))
        #expect(try home.shell("CLICOLOR_FORCE=1 koubouctl list").text.contains("\u{1b}[90mcancelled\u{1b}[0m"))
        #expect(try !home.shell("NO_COLOR=1 CLICOLOR_FORCE=1 koubouctl list").text.contains("\u{1b}"))
        #expect(try !home.shell("CLICOLOR_FORCE=0 koubouctl list").text.contains("\u{1b}"))
        let terminal = try PseudoTerminal(home, "koubouctl", "list", environment: ["CLICOLOR_FORCE=0"])
        #expect(try terminal.status() == 0)
        #expect(String(decoding: terminal.written, as: UTF8.self).contains("\u{1b}[90mcancelled\u{1b}[0m"))
        #expect(try written("COLUMNS=35").contains(/\d[smh]  …/), "COLUMNS is stronger than the terminal")
    }

    @Test func aScheduledTaskShowsWhenItIsDue() throws {
        let home = try Home()
        try home.configure("[type shell]\nmax_attempts = 2\nbackoff_min = 50m\nbackoff_max = 50m\n")
        try home.koubouctl("submit", "false")
        _ = try home.startSupervisor()
        try eventually(.scheduled) { try home.state(of: "1") }
        let line = try home.koubouctl("list").lines[1]
        #expect(line.contains("  in ") && line.hasSuffix("m  false"), "\(line)")
    }

    @Test func aReaderThatLeavesEndsItQuietly() throws {
        let home = try Home()
        try home.koubouctl("submit", "--lines", stdin: String(repeating: "true\n", count: 3000))
        let output = try home.shell("koubouctl list | head -1; koubouctl list --json | head -1 | wc -l")
        #expect(output.lines == [" ID  TYPE   STATUS   PRIO  AGE  TITLE", "1"])
        #expect(output.errors == "")
    }
}
