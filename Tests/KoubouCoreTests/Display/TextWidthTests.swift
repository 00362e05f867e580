import Testing

@testable import KoubouCore

@Suite struct TextWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("漢字", 4), ("é", 1), ("e\u{301}", 1), ("ｗ", 2), ("👍", 2), ("👩‍👩‍👧", 2), ("🇯🇵", 2), ("❤\u{fe0f}", 2),
        ("한국", 4), ("▁█", 2), ("a\u{200b}b", 2), ("…", 1),
    ])
    func ofText(text: String, columns: Int) {
        #expect(TextWidth.of(text) == columns)
    }

    @Test func aWideCharacterIsNotHalved() {
        #expect(TextWidth.cut("a漢字b", to: 4) == "a漢")
        #expect(TextWidth.cut("a漢字b", to: 5) == "a漢字")
        #expect(TextWidth.cut("漢", to: 1) == "")
        #expect(TextWidth.cut("abc", to: 2) == "ab")
        #expect(TextWidth.cut("abc", to: 0) == "")
        #expect(TextWidth.cut("漢abc", to: -1) == "")
        #expect(TextWidth.cut("e\u{301}e", to: 1) == "e\u{301}")
    }

    @Test func fitsExactly() {
        #expect(TextWidth.fit("漢字", to: 5) == "漢字 ")
        #expect(TextWidth.fit("漢字", to: 3) == "漢 ")
        #expect(TextWidth.fit("7", to: 3, isRightAligned: true) == "  7")
        #expect(TextWidth.fit("long", to: 2) == "lo")
    }

    @Test func dropsFromTheLeft() {
        #expect(TextWidth.drop("abcdef", columns: 2) == "cdef")
        #expect(TextWidth.drop("漢字x", columns: 2) == "字x")
        #expect(TextWidth.drop("ab", columns: 5) == "")
        #expect(TextWidth.drop("ab", columns: 0) == "ab")
    }
}
