import Testing

@testable import KoubouCore

struct LastLinesTests {
    @Test(arguments: [
        ("a\nb\nc\n", 1, "c\n"), ("a\nb\nc\n", 2, "b\nc\n"), ("a\nb\nc\n", 3, "a\nb\nc\n"), ("a\nb\nc\n", 99, "a\nb\nc\n"),
        ("a\nb\nc", 1, "c"), ("a\nb\nc", 2, "b\nc"), ("a\n\n\n", 2, "\n\n"), ("", 3, ""), ("a\nb", 0, ""), ("a", 1, "a"),
        ("\n", 1, "\n"),
    ])
    func endOfAText(_ text: String, _ count: Int, _ end: String) {
        let bytes = Array(text.utf8)
        let offset = LastLines.offset(of: count, size: bytes.count) { Array(bytes[$0]) }
        #expect(String(decoding: bytes[offset...], as: UTF8.self) == end)
    }

    @Test func readsNoMoreThanItMust() {
        let line = String(repeating: "x", count: 999) + "\n"
        let bytes = Array(String(repeating: line, count: 200).utf8)
        var read = 0
        let offset = LastLines.offset(of: 40, size: bytes.count) { read += $0.count; return Array(bytes[$0]) }
        #expect(offset == 160_000)
        #expect(read < 60_000)
    }

    @Test func whatCantBeReadIsLeftOut() {
        #expect(LastLines.offset(of: 3, size: 50_000) { _ in [] } == 50_000)
    }
}
