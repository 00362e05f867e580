import Testing

@testable import KoubouCore

/// What a user hands in comes back byte for byte, whether it is text or not.
struct BytesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
    }

    static let cases = [
        Case(testDescription: "empty", bytes: []),
        Case(testDescription: "ASCII", bytes: Array(text: "plain")),
        Case(testDescription: "quotes and backslashes", bytes: Array(text: #"a"b\c'd\u0041\"#)),
        Case(testDescription: "control characters", bytes: Array(1...31) + [127]),
        Case(testDescription: "several languages", bytes: Array(text: "工房 Käse 👩‍👩‍👧 e\u{301} \u{200f}\u{feff}")),
        Case(testDescription: "the ends of Unicode", bytes: Array(text: "\u{80}\u{7ff}\u{800}\u{ffff}\u{10000}\u{10ffff}")),
        Case(testDescription: "CRLF", bytes: Array(text: "a\r\nb\r\n")),
        Case(testDescription: "a lone high byte", bytes: [0xff]),
        Case(testDescription: "Latin-1", bytes: [0x4b, 0xe4, 0x73, 0x65]),
        Case(testDescription: "a cut sequence", bytes: Array(text: "12345678") + [0xe5, 0xb7]),
        Case(testDescription: "an overlong sequence", bytes: [0xc0, 0xaf]),
        Case(testDescription: "a surrogate", bytes: [0xed, 0xa0, 0x80]),
        Case(testDescription: "all bytes but NUL", bytes: Array(1...255)),
    ]

    @Test(arguments: cases)
    func promptAndFolder(_ row: Case) throws {
        let queue = try TestQueue()
        try queue.submit {
            $0.prompt = row.bytes
            $0.cwd = Array(text: "/") + row.bytes
        }
        let claim = try queue.claim()
        #expect(claim.prompt == row.bytes)
        #expect(claim.cwd == Array(text: "/") + row.bytes)
        try expectJSON(queue, claim.task, "prompt", row.bytes)
        try expectJSON(queue, claim.task, "cwd", Array(text: "/") + row.bytes)
    }

    @Test(arguments: cases)
    func wordsAndEnvironment(_ row: Case) throws {
        let queue = try TestQueue()
        let argv = [Array(text: "true"), row.bytes, [], row.bytes + Array(text: "x"), []]
        let env = [Array(text: "FIRST="), Array(text: "A=x") + row.bytes, Array(text: "LAST==")]
        try queue.submit {
            $0.argv = argv
            $0.env = env
        }
        let claim = try queue.claim()
        #expect(claim.argv == argv)
        #expect(claim.env == env)
        let json = try queue.store.taskJSON(of: claim.task)
        if let text = String(validating: row.bytes, as: UTF8.self) {
            #expect(try queue.value(json, "$.argv[1]") == text)
            #expect(try queue.value(json, "$.env.A") == "x" + text)
            #expect(try queue.kind(json, "$.argv_base64") == nil)
        } else {
            #expect(try queue.kind(json, "$.argv") == "null")
            #expect(try queue.kind(json, "$.env") == "null")
            #expect(try queue.value(json, "$.argv_base64").flatMap { bytes(base64: $0) } == Array(argv.map { $0 + [0] }.joined()))
            #expect(try queue.value(json, "$.env_base64").flatMap { bytes(base64: $0) } == Array(env.map { $0 + [0] }.joined()))
        }
    }

    @Test(arguments: cases)
    func results(_ row: Case) throws {
        let queue = try TestQueue()
        try queue.submit()
        let claim = try queue.claim()
        var end = AttemptEnd(.completed)
        (end.stdout, end.stderr) = (.bytes(row.bytes), .bytes(row.bytes + row.bytes))
        try queue.record(end, of: claim)
        let output = try #require(try queue.store.output(of: claim.task))
        #expect(output.stdout == .bytes(row.bytes))
        #expect(output.stderr == .bytes(row.bytes + row.bytes))
        try expectJSON(queue, claim.task, "result", row.bytes)
        try expectJSON(queue, claim.task, "stderr", row.bytes + row.bytes)
    }

    /// NUL is a byte like others in a prompt and in output.
    @Test func nulIsKept() throws {
        let queue = try TestQueue()
        let bytes = Array(text: "a\0b\0")
        try queue.submit { $0.prompt = bytes }
        let claim = try queue.claim()
        #expect(claim.prompt == bytes)
        var end = AttemptEnd(.completed)
        end.stdout = .bytes(bytes)
        try queue.record(end, of: claim)
        #expect(try queue.store.output(of: claim.task)?.stdout == .bytes(bytes))
        #expect(try queue.store.taskJSON(of: claim.task)?.contains(#""result_base64":"YQBiAA==""#) == true)
    }

    @Test func aNameSetTwiceHasItsLastValue() throws {
        let queue = try TestQueue()
        try queue.submit { $0.env = ["A=1", "B=2", "A=3"].map(Array.init(text:)) }
        #expect(try queue.claim().env == ["B=2", "A=3"].map(Array.init(text:)))
    }

    private func expectJSON(_ queue: TestQueue, _ task: TaskID, _ key: String, _ expected: [UInt8]) throws {
        let json = try queue.store.taskJSON(of: task)
        if let text = String(validating: expected, as: UTF8.self) {
            #expect(try queue.value(json, "$.\(key)") == text)
            #expect(try queue.kind(json, "$.\(key)_base64") == nil, "no sibling for text")
        } else {
            #expect(try queue.kind(json, "$.\(key)") == "null")
            #expect(try queue.value(json, "$.\(key)_base64").flatMap { bytes(base64: $0) } == expected)
        }
    }
}
