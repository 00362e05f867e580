/// Columns of text, as wide as what they hold; two spaces between them.
///
/// A long table can be taken in pieces: its columns get wider from piece to piece where they must, never narrower.
public struct Table {
    private typealias Row = (cells: [String], styles: [Int: Int])

    private let rightAligned: Set<Int>
    private let flexible: Int?
    private var widths: [Int]
    private var rows: [Row]

    /// - Parameter flexible: the column that is cut when a line would be too long.
    public init(_ header: [String], rightAligned: Set<Int> = [], flexible: Int? = nil) {
        (self.rightAligned, self.flexible) = (rightAligned, flexible)
        widths = header.map { _ in 0 }
        rows = [(header, [:])]
    }

    /// - Parameter styles: an SGR number by column.
    public mutating func add(_ cells: [String], styles: [Int: Int] = [:]) { rows.append((cells, styles)) }

    /// All lines, in full.
    public var lines: [String] {
        var copy = self
        return copy.takeLines()
    }

    /// The lines that were not taken yet; the header is the first.
    ///
    /// - Parameters:
    ///   - columns: how long a line may be; nil: as long as it is.
    ///   - styled: puts a text into a style.
    public mutating func takeLines(
        within columns: Int? = nil, styled: (String, Int) -> String = { text, _ in text }
    ) -> [String] {
        for row in rows {
            for (column, cell) in row.cells.enumerated() { widths[column] = max(widths[column], cell.displayWidth) }
        }
        defer { rows = [] }
        var shown = widths
        if let columns, let flexible {
            let others = widths.reduce(0, +) - widths[flexible] + 2 * (widths.count - 1)
            shown[flexible] = min(widths[flexible], max(columns - others, 0))
        }
        return rows.map { line($0, shown, within: columns ?? .max, styled) }
    }

    private func line(_ row: Row, _ widths: [Int], within columns: Int, _ styled: (String, Int) -> String) -> String {
        var (line, room) = ("", columns)
        for (column, cell) in row.cells.enumerated() {
            let cell = cell.fitted(to: min(widths[column], room))
            let padding = String(repeating: " ", count: min(widths[column], room) - cell.displayWidth)
            let text = row.styles[column].map { cell.isEmpty ? cell : styled(cell, $0) } ?? cell
            line += rightAligned.contains(column) ? padding + text : text + padding
            room -= cell.displayWidth + padding.count
            guard column < row.cells.count - 1, room > 2 else { break }
            line += "  "
            room -= 2
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}
