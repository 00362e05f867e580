import Testing

@testable import KoubouCore

struct OutputFormatTests {
    @Test(arguments: [
        ("{id} {status}", "<id> <status>"), ("", ""), ("plain", "plain"), ("{id}", "<id>"), ("{{{id}}}", "{<id>}"),
        (#"a\tb\nc\\n"#, "a\tb\nc\\n"), (#"\x \"#, #"\x \"#), ("{{}}", "{}"), ("{a}{b}", "<a><b>"), ("{}", "<>"),
        ("{漢}→", "<漢>→"),
    ])
    func fillsItsFields(_ template: String, _ text: String) throws {
        #expect(try #require(OutputFormat(template)).text { "<\($0)>" } == text)
    }

    @Test(arguments: ["{", "}", "{id", "id}", "{a{b}}", "a {{b} c", "{id}}"])
    func aBraceWithoutItsPartnerIsRefused(_ template: String) { #expect(OutputFormat(template) == nil) }

    @Test func anUnknownFieldIsNamed() throws {
        let format = try #require(OutputFormat("{id} {nope}"))
        try format.check(["id", "nope"])
        let error = #expect(throws: UsageError.self) { try format.check(["id", "status"]) }
        #expect(error?.line == "--format is '{nope}': write fields among id, status")
    }
}
