import Testing

@testable import KoubouCore

struct DisplayWidthTests {
    @Test(arguments: [
        ("", 0), ("plain", 5), ("ö", 1), ("o\u{308}", 1), ("漢字", 4), ("ｱ", 1), ("Ａ", 2), ("한글", 4),
        ("\u{1112}\u{1161}\u{11ab}", 2), ("🚀", 2), ("☃", 1), ("🇩🇪", 2), ("a\u{200b}b", 2), ("→…", 2), ("⌚", 2), ("〒", 2),
    ])
    func ofAText(_ text: String, _ width: Int) { #expect(text.displayWidth == width) }

    @Test(arguments: [
        ("plain", 5, "plain"), ("plain", 4, "pla…"), ("plain", 1, "…"), ("plain", 0, ""), ("plain", -3, ""),
        ("漢字漢字", 8, "漢字漢字"), ("漢字漢字", 7, "漢字漢…"), ("漢字漢字", 6, "漢字…"), ("漢字", 2, "…"),
        ("o\u{308}o\u{308}o\u{308}", 2, "o\u{308}…"), ("", 0, ""),
    ])
    func aCutTextFits(_ text: String, _ width: Int, _ cut: String) {
        #expect(text.fitted(to: width) == cut)
        #expect(text.fitted(to: width).displayWidth <= max(width, 0))
    }
}
