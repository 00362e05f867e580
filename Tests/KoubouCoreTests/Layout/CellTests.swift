import Testing

@testable import KoubouCore

@Suite struct CellTests {
    @Test func aCellHasItsWidth() {
        #expect("漢字".cell(5) == "漢字 ")
        #expect("漢字".cell(3) == "漢…")
        #expect("漢字".cell(2) == "… ")
        #expect("7".cell(3, isRightAligned: true) == "  7")
        #expect("long".cell(2) == "l…")
        #expect("x".cell(0) == "")
    }

    @Test func scrollsToTheRight() {
        #expect("abcdef".scrolled(by: 2) == "cdef")
        #expect("漢字x".scrolled(by: 2) == "字x")
        #expect("ab".scrolled(by: 5) == "")
        #expect("ab".scrolled(by: 0) == "ab")
    }
}
