import Testing

@testable import KoubouCore

struct TableTests {
    private static func table(flexible: Int? = 2) -> Table {
        var table = Table(["ID", "STATUS", "TITLE"], rightAligned: [0], flexible: flexible)
        table.add(["7", "failed", "漢字 and more"], styles: [1: 31])
        table.add(["1234", "pending", ""])
        return table
    }

    @Test func columnsAreAsWideAsWhatTheyHold() {
        #expect(Self.table().lines == ["  ID  STATUS   TITLE", "   7  failed   漢字 and more", "1234  pending"])
    }

    @Test(arguments: [
        (28, "   7  failed   漢字 and more"), (26, "   7  failed   漢字 and m…"), (20, "   7  failed   漢字…"),
        (16, "   7  failed   …"), (10, "   7  fai…"), (5, "   7"), (1, "7"), (0, ""),
    ])
    func aLineFits(_ columns: Int, _ line: String) {
        var table = Self.table()
        let lines = table.takeLines(within: columns)
        #expect(lines[1] == line)
        for line in lines { #expect(line.displayWidth <= columns, "\(line)") }
    }

    @Test func onlyWhatHasAStyleIsStyled() {
        var table = Self.table()
        let lines = table.takeLines(within: 20) { "<\($1):\($0)>" }
        #expect(lines == ["  ID  STATUS   TITLE", "   7  <31:failed>   漢字…", "1234  pending"])
    }

    @Test func takenInPiecesColumnsNeverGetNarrower() {
        var table = Self.table()
        _ = table.takeLines()
        table.add(["1", "x", "y"])
        #expect(table.takeLines() == ["   1  x        y"])
        table.add(["12345", "in_progress", "y"])
        #expect(table.takeLines() == ["12345  in_progress  y"])
        #expect(table.takeLines() == [])
    }
}
