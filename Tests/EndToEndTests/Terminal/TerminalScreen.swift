/// What a terminal shows: as much of ECMA-48 and xterm as our programs write, and an error mark for anything else.
struct TerminalScreen {
    private(set) var columns: Int
    private(set) var rows: Int
    /// Column and row, from 0.
    private(set) var cursor = (column: 0, row: 0)
    private(set) var isCursorVisible = true
    /// True on the alternate screen (`?1049`).
    private(set) var isAlternate = false
    /// Sequences that are not understood here.
    private(set) var unknown: [String] = []
    private var cells: [[Character]]
    private var main: (cells: [[Character]], cursor: (column: Int, row: Int))?
    private var pending: [UInt8] = []

    init(columns: Int, rows: Int) {
        (self.columns, self.rows) = (columns, rows)
        cells = Self.blank(columns, rows)
    }

    /// The rows, without the blanks at their ends.
    var lines: [String] { cells.map { Self.trimmed($0) } }
    /// The rows that hold something at their top, joined by newlines.
    var text: String {
        var lines = lines
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines.joined(separator: "\n")
    }
    func contains(_ text: String) -> Bool { self.text.contains(text) }

    /// Cuts or fills at the right and at the bottom; the program redraws.
    mutating func resize(columns: Int, rows: Int) {
        (self.columns, self.rows) = (columns, rows)
        cells = Self.fitted(cells, columns, rows)
        if let old = main { main = (Self.fitted(old.cells, columns, rows), old.cursor) }
        cursor = (min(cursor.column, columns - 1), min(cursor.row, rows - 1))
    }

    mutating func take(_ bytes: some Sequence<UInt8>) {
        pending += bytes
        while let length = nextLength() {
            let piece = Array(pending[..<length])
            pending.removeFirst(length)
            piece[0] == 0x1b ? escape(String(decoding: piece, as: UTF8.self)) : put(piece)
        }
    }

    /// Bytes of the next character or sequence; nil while it is not whole.
    private func nextLength() -> Int? {
        guard let first = pending.first else { return nil }
        if first == 0x1b {
            guard pending.count > 1 else { return nil }
            guard pending[1] == UInt8(ascii: "[") else { return 2 }
            return pending.dropFirst(2).firstIndex { (0x40...0x7e).contains($0) }.map { $0 + 1 }
        }
        let length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
        return pending.count >= length ? length : nil
    }

    private mutating func put(_ bytes: [UInt8]) {
        switch bytes[0] {
        case 0x0d: cursor.column = 0
        case 0x0a: lineFeed()
        case 0x08: cursor.column = max(0, cursor.column - 1)
        case 0x07: break
        case 0x09: cursor.column = min(columns - 1, (cursor.column / 8 + 1) * 8)
        default: put(String(decoding: bytes, as: UTF8.self).unicodeScalars.first ?? "?")
        }
    }

    /// A combining mark joins the character before it; a wide character takes two cells, the second one empty (NUL).
    private mutating func put(_ scalar: Unicode.Scalar) {
        if scalar.properties.canonicalCombiningClass != .notReordered || scalar.value == 0x200d {
            let column = max(0, cursor.column - 1)
            cells[cursor.row][column] = Character(String(cells[cursor.row][column]) + String(scalar))
            return
        }
        let width = Self.isWide(scalar) ? 2 : 1
        if cursor.column + width > columns {
            cursor.column = 0
            lineFeed()
        }
        cells[cursor.row][cursor.column] = Character(scalar)
        if width == 2 { cells[cursor.row][cursor.column + 1] = "\0" }
        cursor.column += width
    }

    private mutating func lineFeed() {
        if cursor.row < rows - 1 { return cursor.row += 1 }
        cells.removeFirst()
        cells.append(Self.blank(columns, 1)[0])
    }

    private mutating func escape(_ sequence: String) {
        guard sequence.hasPrefix("\u{1b}["), let kind = sequence.last else { return unknown.append(sequence) }
        let parameters = sequence.dropFirst(2).dropLast()
        let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) }
        func number(_ index: Int, _ missing: Int) -> Int {
            index < numbers.count ? max(numbers[index] ?? missing, missing) : missing
        }
        switch kind {
        case "m": break
        case "H", "f": move(to: number(1, 1) - 1, number(0, 1) - 1)
        case "A": move(to: cursor.column, cursor.row - number(0, 1))
        case "B": move(to: cursor.column, cursor.row + number(0, 1))
        case "C": move(to: cursor.column + number(0, 1), cursor.row)
        case "D": move(to: cursor.column - number(0, 1), cursor.row)
        case "G": move(to: number(0, 1) - 1, cursor.row)
        case "d": move(to: cursor.column, number(0, 1) - 1)
        case "K": eraseLine(number(0, 0))
        case "J": eraseScreen(number(0, 0))
        case "h", "l": set(parameters, kind == "h")
        default: unknown.append(sequence)
        }
    }

    private mutating func move(to column: Int, _ row: Int) {
        cursor = (min(max(column, 0), columns - 1), min(max(row, 0), rows - 1))
    }

    private mutating func eraseLine(_ mode: Int) {
        let column = min(cursor.column, columns)
        let range = mode == 0 ? column..<columns : mode == 1 ? 0..<min(column + 1, columns) : 0..<columns
        for column in range { cells[cursor.row][column] = " " }
    }

    private mutating func eraseScreen(_ mode: Int) {
        let rows = mode == 0 ? cursor.row + 1..<rows : mode == 1 ? 0..<cursor.row : 0..<rows
        for row in rows { cells[row] = Self.blank(columns, 1)[0] }
        if mode < 2 { eraseLine(mode) }
    }

    private mutating func set(_ mode: Substring, _ isOn: Bool) {
        switch mode {
        case "?25": isCursorVisible = isOn
        case "?7", "?1", "?2004", "?2026": break
        case "?1049" where isOn && !isAlternate:
            main = (cells, cursor)
            (isAlternate, cells) = (true, Self.blank(columns, rows))
        case "?1049" where !isOn && isAlternate:
            isAlternate = false
            if let main { (cells, cursor) = (main.cells, main.cursor) }
        case "?1049": break
        default: unknown.append("\u{1b}[\(mode)\(isOn ? "h" : "l")")
        }
    }

    private static func blank(_ columns: Int, _ rows: Int) -> [[Character]] {
        Array(repeating: Array(repeating: " ", count: columns), count: rows)
    }

    private static func fitted(_ cells: [[Character]], _ columns: Int, _ rows: Int) -> [[Character]] {
        (0..<rows).map { row in
            let old = row < cells.count ? cells[row].prefix(columns) : []
            return Array(old) + Array(repeating: " ", count: columns - old.count)
        }
    }

    private static func trimmed(_ cells: [Character]) -> String {
        var cells = cells.filter { $0 != "\0" }
        while cells.last == " " { cells.removeLast() }
        return String(cells)
    }

    /// The ranges of East Asian Wide that tests use.
    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
            0x1f300...0x1faff, 0x20000...0x3fffd: true
        default: false
        }
    }
}
