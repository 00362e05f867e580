/// A row of the screen.
public struct ScreenLine: Equatable, Sendable {
    public enum Style: Equatable, Sendable { case plain, title, faint, selected, good, bad, active }

    public var text: String
    public var style: Style

    public init(_ text: String, _ style: Style = .plain) { (self.text, self.style) = (text, style) }
}

/// The size of a terminal in characters.
public struct TerminalSize: Equatable, Sendable {
    public var columns: Int
    public var rows: Int

    public init(columns: Int, rows: Int) { (self.columns, self.rows) = (columns, rows) }
}

/// What a terminal shows, so that only what changes is sent to it.
public struct Screen {
    private let hasColours: Bool
    private var shown: [ScreenLine]?
    private var size: TerminalSize?

    /// - Parameter hasColours: false: titles and the selected row still stand out, by bold and reverse video.
    public init(hasColours: Bool) { self.hasColours = hasColours }

    /// The next update sends everything: the terminal shows something unknown.
    public mutating func forget() { shown = nil }

    /// What has to be written so that `lines` are seen, nothing when they are already. What is beyond `size` is cut.
    public mutating func update(to lines: [ScreenLine], size: TerminalSize) -> String {
        if size != self.size { forget() }
        let wanted = (0..<size.rows).map { row in
            row < lines.count
                ? ScreenLine(lines[row].text.fitted(to: size.columns), lines[row].style) : ScreenLine("")
        }
        var text = ""
        for (row, line) in wanted.enumerated() where shown?[row] != line {
            text += "\u{1b}[\(row + 1);1H" + styled(line)
            // After the last column some terminals would erase the character that was just written there.
            if line.text.displayWidth < size.columns { text += "\u{1b}[K" }
        }
        (shown, self.size) = (wanted, size)
        return text
    }

    /// In a style of ECMA-48 (SGR).
    private func styled(_ line: ScreenLine) -> String {
        let code: String? =
            switch line.style {
            case .plain: nil
            case .title: "1"
            case .selected: "7"
            case .faint: hasColours ? "90" : nil
            case .good: hasColours ? "32" : nil
            case .bad: hasColours ? "31" : nil
            case .active: hasColours ? "36" : nil
            }
        return code.map { "\u{1b}[\($0)m\(line.text)\u{1b}[0m" } ?? line.text
    }
}
