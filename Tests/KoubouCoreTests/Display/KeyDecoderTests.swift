import Testing

@testable import KoubouCore

@Suite struct KeyDecoderTests {
    private static let keys: [(String, [Key])] = [
        ("q", [.character("q")]), ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]), ("\u{1}", [.other]),
        ("\u{1b}[A", [.up]), ("\u{1b}OB", [.down]), ("\u{1b}[C\u{1b}[D", [.right, .left]), ("\u{1b}[5~", [.pageUp]),
        ("\u{1b}[6~", [.pageDown]), ("\u{1b}[1~\u{1b}[H", [.home, .home]), ("\u{1b}[4~\u{1b}[F", [.end, .end]),
        ("\u{1b}[1;5A", [.up]), ("\u{1b}[3~", [.other]), ("\u{1b}[200~", [.other]), ("\u{1b}x", [.other]),
        ("漢j", [.other, .character("j")]), ("\u{1b}\u{1b}[A", [.escape, .up]), ("jk\u{1b}[Bq", [.character("j"), .character("k"), .down, .character("q")]),
    ]

    @Test(arguments: keys)
    func decodes(bytes: String, keys: [Key]) {
        var decoder = KeyDecoder()
        #expect(decoder.take(bytes.utf8) == keys)
        #expect(!decoder.isWaiting)
    }

    @Test(arguments: keys)
    func decodesPieceByPiece(bytes: String, keys: [Key]) {
        var decoder = KeyDecoder()
        #expect(bytes.utf8.flatMap { decoder.take([$0]) } == keys)
    }

    @Test func anEscapeIsAKeyWhenNothingFollows() {
        var decoder = KeyDecoder()
        #expect(decoder.take([0x1b]) == [])
        #expect(decoder.isWaiting)
        #expect(decoder.flush() == [.escape])
        #expect(decoder.take([0x1b, UInt8(ascii: "[")]) == [])
        #expect(decoder.flush() == [.other])
        #expect(decoder.flush() == [])
        #expect(decoder.take("q".utf8) == [.character("q")])
    }

    @Test func noiseNeitherCrashesNorStays() {
        var random = SeededGenerator(seed: 7)
        var decoder = KeyDecoder()
        for _ in 0..<2000 {
            _ = decoder.take((0..<Int.random(in: 0..<40, using: &random)).map { _ in
                [0x1b, 0x5b, 0x3b, 0x31, .random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
            })
        }
        _ = decoder.flush()
        #expect(decoder.take("j".utf8).last == .character("j"))
    }
}
