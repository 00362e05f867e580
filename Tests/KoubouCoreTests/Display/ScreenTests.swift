import Testing

@testable import KoubouCore

@Suite struct ScreenTests {
    private let size = TerminalSize(columns: 10, rows: 3)

    @Test func sendsOnlyRowsThatChange() {
        var screen = Screen(hasColours: true)
        let first = screen.update(to: [ScreenLine("one"), ScreenLine("two", .bad)], size: size)
        #expect(
            first == "\u{1b}[1;1Hone\u{1b}[K\u{1b}[2;1H\u{1b}[31mtwo\u{1b}[0m\u{1b}[K\u{1b}[3;1H\u{1b}[K")
        #expect(screen.update(to: [ScreenLine("one"), ScreenLine("two", .bad)], size: size) == "")
        #expect(screen.update(to: [ScreenLine("one"), ScreenLine("two")], size: size) == "\u{1b}[2;1Htwo\u{1b}[K")
        #expect(screen.update(to: [ScreenLine("one")], size: size) == "\u{1b}[2;1H\u{1b}[K")
    }

    @Test func sendsAllWhenTheSizeChangesOrNothingIsKnown() {
        var screen = Screen(hasColours: false)
        let lines = [ScreenLine("one", .good)]
        let all = screen.update(to: lines, size: size)
        screen.forget()
        #expect(screen.update(to: lines, size: size) == all)
        #expect(screen.update(to: lines, size: TerminalSize(columns: 2, rows: 1)) == "\u{1b}[1;1Ho…")
        #expect(screen.update(to: lines, size: TerminalSize(columns: 0, rows: 0)) == "")
    }

    /// Erasing to the end of the line would take the last character with it on some terminals.
    @Test func aFullRowIsNotErased() {
        var screen = Screen(hasColours: false)
        #expect(!screen.update(to: [ScreenLine("0123456789")], size: TerminalSize(columns: 10, rows: 1)).contains("[K"))
    }
}
