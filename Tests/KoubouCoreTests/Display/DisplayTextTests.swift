import Testing

@testable import KoubouCore

@Suite struct DisplayTextTests {
    @Test func aCurveHasItsHighestValueAtTheTop() {
        #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7], columns: 20, isUTF8: true) == "▁▂▃▄▅▆▇█")
        #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7], columns: 20, isUTF8: false) == "_.-:=+*#")
        #expect(Sparkline.text([9, 0, 1000, 1], columns: 3, isUTF8: true) == "▁█▂")
        #expect(Sparkline.text([0, 0], columns: 5, isUTF8: true) == "▁▁")
        #expect(Sparkline.text([.max, -5, 1], columns: 5, isUTF8: true) == "█▁▂")
        #expect(Sparkline.text([1], columns: -1, isUTF8: true) == "")
    }

    @Test(arguments: [(0, "0"), (1023, "1023"), (1024, "1.0K"), (1 << 20, "1.0M"), (10 << 20, "10M"), (1_610_612_736, "1.5G")])
    func shortSizes(bytes: Int, text: String) {
        #expect(SizeText.short(bytes) == text)
    }

    @Test func outputCantSteerTheTerminal() {
        func lines(_ text: String, isCut: Bool = false) -> [String] { TextTail.lines(Array(text.utf8)[...], isCut: isCut) }
        #expect(lines("") == [])
        #expect(lines("a\nb\n") == ["a", "b"])
        #expect(lines("a\n\nb") == ["a", "", "b"])
        #expect(lines("half\nwhole\n", isCut: true) == ["whole"])
        #expect(lines("dos\r\n") == ["dos"])
        #expect(lines("10%\r50%\r100%\n") == ["100%"])
        #expect(lines("\u{1b}[31mred\u{1b}[0m\u{1b}[") == ["red"])
        #expect(lines("a\tb") == ["a       b"])
        #expect(lines("\u{1b}]0;title\u{7}\u{9b}2J") == ["\\u001b]0;title\\u0007\\u009b2J"])
        #expect(TextTail.lines([0xff, 0x41], isCut: false) == ["\u{fffd}A"])
    }
}
