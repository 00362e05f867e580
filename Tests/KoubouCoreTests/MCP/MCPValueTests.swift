import Testing

@testable import KoubouCore

@Suite struct MCPValueTests {
    private let reader: JSONReader

    init() throws { reader = try JSONReader() }

    @Test func aResultHasWhatItsRevisionWants() throws {
        let result = MCPResult(["a": "1", "b": nil]).fresh(for: .seconds(2)).noting("x", "true")
        #expect(result.json(at: .v2025_11_25) == #"{"a":1,"_meta":{"x":true}}"#)
        let stateless = result.json(at: .v2026_07_28)
        #expect(try reader.value(inJSON: stateless, at: "$.resultType") == "complete")
        #expect(try reader.value(inJSON: stateless, at: "$.ttlMs") == "2000")
        #expect(try reader.value(inJSON: stateless, at: "$.cacheScope") == "private")
        #expect(try reader.value(inJSON: stateless, at: #"$._meta."io.modelcontextprotocol/serverInfo".name"#) == "koubou")
        #expect(MCPResult([:]).response(to: "\"q\"", at: .v2024_11_05) == #"{"jsonrpc":"2.0","id":"q","result":{}}"#)
    }

    @Test(arguments: [
        (TaskState.pending, "working", "working"), (.blocked, "working", "working"), (.scheduled, "working", "working"),
        (.inProgress, "working", "working"), (.completed, "completed", "completed"), (.failed, "failed", "completed"),
        (.cancelled, "cancelled", "cancelled"),
    ])
    func eachStateHasAName(state: TaskState, before: String, inExtension: String) throws {
        let standing = TaskStanding(
            status: state, createdAt: .test(0), updatedAt: .test(1), attempt: 1, progress: state == .inProgress ? "40% half" : nil,
            error: state == .failed ? "exit status 3" : nil)
        let task = MCPTask(TaskID(7), standing)
        let old = task.json(at: .v2025_11_25)
        let new = task.json(at: .v2026_07_28)
        #expect(try reader.value(inJSON: old, at: "$.status") == before)
        #expect(try reader.value(inJSON: new, at: "$.status") == inExtension)
        #expect(try reader.value(inJSON: old, at: "$.taskId") == "7")
        #expect(try reader.value(inJSON: old, at: "$.createdAt") == "2026-03-01T12:00:00.000Z")
        #expect(try reader.json(in: old, at: "$.ttl") == "null" && reader.json(in: new, at: "$.ttlMs") == "null")
        #expect(try reader.value(inJSON: old, at: "$.statusMessage") == (state == .failed ? "exit status 3" : state.isEnded ? nil : state == .inProgress ? "in_progress, 40% half" : state.rawValue))
        #expect(task.hasOutcome(at: .v2026_07_28) == (inExtension == "completed") && !task.hasOutcome(at: .v2025_11_25))
    }

    @Test func aResourceIsNamedInOneWay() {
        for name in ["koubou://stats", "koubou://task/42", "koubou://task/42/output"] {
            #expect(ResourceURI(name)?.description == name)
        }
        for name in [
            "", "koubou://", "koubou://task/", "koubou://task/x", "koubou://task/0", "koubou://task/-1", "koubou://task/4/",
            "koubou://task/4/output/", "koubou://task/99999999999999999999", "file:///etc/passwd", "koubou://statsx", "koubou://task/+4",
        ] { #expect(ResourceURI(name) == nil, "\(name)") }
    }

    private func page(_ text: String, from offset: Int, limit: Int) -> OutputPage {
        let bytes = Array(text.utf8)
        return OutputPage(from: offset, limit: limit, size: bytes.count) { Array(bytes[$0]) }
    }

    @Test func pagesEndWithWholeCharacters() {
        #expect(page("hello", from: 0, limit: 3).text == "hel")
        #expect(page("hello", from: 3, limit: 3) == page("hello", from: 3, limit: 9))
        #expect(page("hello", from: 9, limit: 3).nextOffset == nil)
        let text = "añ工🙂z"
        for limit in 4...12 {
            var (whole, offset) = ("", Int?.some(0))
            while let start = offset {
                let page = page(text, from: start, limit: limit)
                #expect(!page.text.contains("\u{fffd}") && page.size == 11)
                (whole, offset) = (whole + page.text, page.nextOffset)
            }
            #expect(whole == text)
        }
        let broken = OutputPage(from: 0, limit: 4, size: 9) { [UInt8](repeating: 0x80, count: $0.count) }
        #expect(broken.nextOffset == 4, "bytes that are no text don't stop it")
    }

    @Test(arguments: [
        ([], 0, ResourceContent.text("")), (Array("añ".utf8), 0, .text("añ")), (Array("🙂z".utf8), 1, .text("z")),
        ([0x61, 0xff], 0, .bytes([0x61, 0xff])), ([0x80, 0x61], 0, .bytes([0x80, 0x61])),
        ([0x61, 0x80, 0x80, 0x80, 0x80], 1, .bytes([0x80, 0x80, 0x80, 0x80])),
    ] as [([UInt8], Int, ResourceContent)])
    func whatIsNoTextStaysBytes(bytes: [UInt8], offset: Int, content: ResourceContent) {
        #expect(OutputPage(from: offset, limit: 99, size: bytes.count) { Array(bytes[$0]) }.content == content)
    }

    @Test func valuesAreJSONAgain() throws {
        let json = #"{"t":"a\"b","n":1.50,"b":true,"z":null,"o":{"x":[1]}}"#
        #expect(try reader.elementFields(ofJSON: json).map(\.json) == [#""a\"b""#, "1.5", "true", "null", #"{"x":[1]}"#])
        #expect(JSONText.object(#"{"a":1}"#, adding: ["b": "2", "c": nil]) == #"{"a":1,"b":2}"#)
        #expect(JSONText.object(#"{"a":1}"#, adding: ["c": nil]) == #"{"a":1}"#)
    }
}
