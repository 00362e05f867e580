/// Columns of text, aligned; two spaces between them.
struct Table {
    private let rightAligned: Set<Int>
    private var rows: [[String]]

    init(_ header: [String], rightAligned: Set<Int> = []) {
        rows = [header]
        self.rightAligned = rightAligned
    }

    mutating func add(_ row: [String]) { rows.append(row) }

    var lines: [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in Table.line(row, widths: widths, rightAligned: rightAligned) }
    }

    /// One line; the last column is not padded.
    static func line(_ cells: [String], widths: [Int], rightAligned: Set<Int>) -> String {
        cells.enumerated().map { column, cell in
            let padding = String(repeating: " ", count: max(0, widths[column] - cell.count))
            if rightAligned.contains(column) { return padding + cell }
            return column == cells.count - 1 ? cell : cell + padding
        }.joined(separator: "  ")
    }
}
