import Testing

@testable import KoubouCore

struct AccessTokenTests {
    /// Bytes that note which of them were looked at.
    private struct Watched: RandomAccessCollection {
        final class Notes { var seen: Set<Int> = [] }
        let bytes: [UInt8]
        let notes = Notes()
        let startIndex = 0
        var endIndex: Int { bytes.count }
        subscript(index: Int) -> UInt8 {
            notes.seen.insert(index)
            return bytes[index]
        }
        var isReadInFull: Bool { notes.seen.count == bytes.count }
        init(_ text: String) { bytes = Array(text.utf8) }
    }

    @Test(arguments: [
        ("0123456789abcdef", "0123456789abcdef", true), ("x123456789abcdef", "0123456789abcdef", false),
        ("0123456789abcdex", "0123456789abcdef", false), ("xxxxxxxxxxxxxxxx", "0123456789abcdef", false),
        ("0123", "0123456789abcdef", false), ("0123456789abcdef0123", "0123456789abcdef", false), ("", "0123", false),
        ("0123\u{0}", "0123", false),
    ])
    func aComparisonReadsEveryByte(_ given: String, _ secret: String, _ isSame: Bool) {
        let (left, right) = (Watched(given), Watched(secret))
        #expect(AccessToken.isSame(left, right) == isSame)
        #expect(left.isReadInFull && right.isReadInFull)
    }

    @Test func aTokenIsFoundAmongSeveral() {
        let tokens = (0..<5).map { AccessToken(name: "n\($0)", right: .read, secret: "secret-number-\($0)-x") }
        for token in tokens { #expect(AccessToken.find(token.secret, in: tokens) == token) }
        for wrong in ["", "secret-number-0", "secret-number-5-x"] { #expect(AccessToken.find(wrong, in: tokens) == nil) }
    }
}
