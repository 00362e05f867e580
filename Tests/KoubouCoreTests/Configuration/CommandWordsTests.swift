import Testing

@testable import KoubouCore

struct CommandWordsTests {
    struct Case: Sendable {
        let text: String
        let words: [String]?
        init(_ text: String, _ words: [String]?) { (self.text, self.words) = (text, words) }
    }

    @Test(arguments: [
        Case("", []), Case("   ", []), Case("true", ["true"]), Case("  cp  a\tb ", ["cp", "a", "b"]),
        Case(#"sh -c "a b""#, ["sh", "-c", "a b"]), Case("sh -c 'a \"b\" $c'", ["sh", "-c", "a \"b\" $c"]),
        Case(#"a" b"c"#, ["a bc"]), Case(#"'' "" x"#, ["", "", "x"]), Case(#"a\ b \"c \\"#, ["a b", "\"c", "\\"]),
        Case(#""a \" b""#, ["a \" b"]), Case(#"'a \ b'"#, [#"a \ b"#]), Case("$HOME * ~ `x`", ["$HOME", "*", "~", "`x`"]),
        Case("工房 'ü é'", ["工房", "ü é"]), Case("'open", nil), Case("\"open", nil), Case("end\\", nil), Case("'a\"", nil),
    ])
    func splits(_ row: Case) {
        #expect(CommandWords.split(row.text) == row.words)
    }
}
