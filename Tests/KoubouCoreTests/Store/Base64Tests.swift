import Testing

@testable import KoubouCore

struct Base64Tests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func hasTheVectorsOfTheRFC(_ text: String, _ encoded: String) {
        #expect(Array(text: text).withUnsafeBytes { base64($0) } == encoded)
        #expect(bytes(base64: encoded) == Array(text: text))
    }

    @Test func anyBytesComeBack() {
        var random = SeededGenerator(seed: 64)
        for count in 0..<200 {
            let original = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(bytes(base64: original.withUnsafeBytes { base64($0) }) == original)
        }
    }

    @Test(arguments: ["A", "AB", "ABC", "A===", "====", "AB=C", "AB-_", "Zm9v\n", "Zm 9", "Zg==Zg==", "Zm9vY", "ZmÖ="])
    func refusesOthers(_ text: String) {
        #expect(bytes(base64: text) == nil)
    }
}
