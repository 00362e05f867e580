import Glibc
import Testing

/// The fixture itself: a program on it sees a terminal, its size, keys and signals.
struct PseudoTerminalTests {
    @Test func isAControllingTerminal() throws {
        let home = try Home()
        let script = """
            trap 'stty size' WINCH; test -t 0 && test -t 1 && test -t 2 && tty && stty size
            read -r line; echo "<$line>"; sleep 1000 & while :; do wait; done
            """
        let terminal = try PseudoTerminal(home, "/bin/sh", "-c", script, columns: 100, rows: 30)
        try eventually(true) { terminal.screen.contains("/dev/pts/") && terminal.screen.contains("30 100") }
        terminal.type("漢字\r")
        try eventually(true) { terminal.screen.contains("<漢字>") }
        terminal.resize(columns: 40, rows: 10)
        try eventually(true) { terminal.screen.contains("10 40") }
        #expect(terminal.isCooked)
        #expect(terminal.screen.unknown == [])
        terminal.type("\u{3}")
        #expect(try terminal.status() == 130)
    }

    @Test func theScreenFollowsSequences() {
        var screen = TerminalScreen(columns: 10, rows: 3)
        screen.take("one\r\ntwo\r\nthree\r\nfour".utf8)
        #expect(screen.text == "two\nthree\nfour")
        screen.take("\u{1b}[H\u{1b}[31mTWO\u{1b}[0m\u{1b}[K\u{1b}[2;3Hx\u{1b}[J".utf8)
        #expect(screen.text == "TWO\nthx")
        screen.take("\u{1b}[?1049h\u{1b}[?25l\u{1b}[2Jalt".utf8)
        #expect(screen.isAlternate && !screen.isCursorVisible && screen.contains("alt"))
        screen.take("\u{1b}[?25h\u{1b}[?1049l\u{1b}Z".utf8)
        #expect(screen.text == "TWO\nthx" && screen.isCursorVisible && screen.unknown == ["\u{1b}Z"])
    }
}
