import Testing

@testable import KoubouCore

struct INITests {
    @Test func readsSectionsKeysAndComments() throws {
        let (entries, sections) = try INI.parse(
            """
            # a comment
            ; another
              # and an indented one

            [pool]
            min=1
            \tmax  =  9\t
            profile = light ; inline
            [ type   code ]   ; of a section
            command = codex exec "a ; b" 'c ; d' e;f # g
            empty =
            equation = a = b
            [log]
            """, file: "f")
        #expect(entries.map { "\($0.line) \($0.section)/\($0.key)=\($0.value)" } == [
            "6 pool/min=1", "7 pool/max=9", "8 pool/profile=light",
            #"10 type code/command=codex exec "a ; b" 'c ; d' e;f # g"#, "11 type code/empty=", "12 type code/equation=a = b",
        ])
        #expect(sections.map { "\($0.line) \($0.name)" } == ["5 pool", "9 type code", "13 log"])
    }

    @Test func anEmptyFileIsEmpty() throws {
        for text in ["", "\n\n", "# only\n", "   "] {
            let (entries, sections) = try INI.parse(text, file: "f")
            #expect(entries.isEmpty && sections.isEmpty)
        }
    }

    @Test(arguments: [
        ("[pool]\nmin", 2, "min"), ("[pool", 1, "[pool"), ("min", 1, "min"), ("[pool]\n= 1", 2, "= 1"),
        ("\n\n[pool] x", 3, "[pool] x"),
    ])
    func namesTheMalformedLine(_ text: String, _ line: Int, _ shown: String) {
        let error = #expect(throws: ConfigurationError.self) { _ = try INI.parse(text, file: "/k/koubou.conf") }
        #expect(error == .malformed(shown, Place(file: "/k/koubou.conf", line: line)))
        #expect(error?.line == """
            '\(shown)' is neither [section] nor key = value (/k/koubou.conf:\(line)): write one of these, or # before a comment
            """)
    }

    @Test func aSettingBelongsToASection() {
        let error = #expect(throws: ConfigurationError.self) { _ = try INI.parse("# mine\nmin = 1\n[pool]", file: "/k/koubou.conf") }
        #expect(error?.line == "'min = 1' stands before the first [section] (/k/koubou.conf:2): write one above it, like [pool]")
    }

    @Test func linesMayEndInTheWayOfOtherSystems() throws {
        let (entries, sections) = try INI.parse("[pool]\r\nmin = 2\r\nmax = 3", file: "/k/koubou.conf")
        #expect(sections.map(\.name) == ["pool"])
        #expect(entries.map(\.value) == ["2", "3"])
        #expect(entries.map(\.line) == [2, 3])
    }
}
