import Glibc

/// What is known of the terminal behind stdout, and what its user wants of it.
enum Terminal {
    static var isThere: Bool { isatty(STDOUT_FILENO) != 0 }

    /// True where a line or a screen can be drawn over the one before.
    static func canRedraw(_ descriptor: Int32) -> Bool { isatty(descriptor) != 0 && text(of: "TERM") != "dumb" }

    /// In characters: `COLUMNS` and `LINES` where they are set, else what the terminal says, else 80 by 24.
    static var size: (columns: Int, rows: Int) { size(of: STDOUT_FILENO) }

    static func size(of descriptor: Int32) -> (columns: Int, rows: Int) {
        var window = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &window) != 0 { window = winsize() }
        return (
            number(of: "COLUMNS") ?? (window.ws_col > 0 ? Int(window.ws_col) : 80),
            number(of: "LINES") ?? (window.ws_row > 0 ? Int(window.ws_row) : 24)
        )
    }

    /// `NO_COLOR` (no-color.org) is stronger than `CLICOLOR_FORCE` (bixense.com/clicolors); without either, colours are
    /// for a terminal that has them.
    static let hasColours: Bool = {
        if text(of: "NO_COLOR") != nil { return false }
        if let force = text(of: "CLICOLOR_FORCE"), force != "0" { return true }
        return isThere && text(of: "TERM") != "dumb"
    }()

    /// `text` in a colour or style of ECMA-48 (SGR), where colours are wanted.
    static func styled(_ text: String, _ style: Int) -> String {
        hasColours ? "\u{1b}[\(style)m\(text)\u{1b}[0m" : text
    }

    /// Whether characters beyond ASCII can be shown, by the locale of locale(7).
    static var isUTF8: Bool {
        let locale = text(of: "LC_ALL") ?? text(of: "LC_CTYPE") ?? text(of: "LANG") ?? ""
        return ["UTF-8", "UTF8"].contains { locale.uppercased().mentions($0) }
    }

    private static func text(of name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func number(of name: String) -> Int? {
        text(of: name).flatMap { Int($0) }.flatMap { (1...10_000).contains($0) ? $0 : nil }
    }
}
