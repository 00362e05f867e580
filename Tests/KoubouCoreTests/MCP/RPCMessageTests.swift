import Testing

@testable import KoubouCore

@Suite struct RPCMessageTests {
    private let reader: JSONReader

    init() throws { reader = try JSONReader() }

    private func code(_ json: String) throws -> (code: Int, id: String)? {
        if case .malformed(let error, let id) = try RPCMessage(json, reader: reader) { (error.code, id) } else { nil }
    }

    private func request(_ json: String) throws -> RPCRequest? {
        if case .request(let request) = try RPCMessage(json, reader: reader) { request } else { nil }
    }

    @Test(arguments: [
        "1", "-7", "123456789012345678901234567890", "\"a\"", "\"ü \\\"\\u00e4\"", "\"\"",
    ])
    func anIDComesBackAsItWasWritten(id: String) throws {
        let request = try #require(try request("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"ping\"}"))
        #expect(request.id == id && request.method == "ping" && request.params == "{}")
    }

    @Test(arguments: [
        ("", -32700, "null"), ("{", -32700, "null"), ("{\"a\":1}x", -32700, "null"), ("nul", -32700, "null"),
        ("1", -32600, "null"), ("\"x\"", -32600, "null"), ("null", -32600, "null"), ("{}", -32600, "null"),
        ("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}", -32600, "1"),
        ("{\"jsonrpc\":2.0,\"id\":1,\"method\":\"ping\"}", -32600, "1"),
        ("{\"jsonrpc\":\"2.0\",\"id\":1}", -32600, "1"),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", -32600, "1"),
        ("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", -32600, "null"),
        ("{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}", -32600, "null"),
        ("{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"ping\"}", -32600, "null"),
        ("{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"ping\"}", -32600, "null"),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[1]}", -32602, "1"),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":\"x\"}", -32602, "1"),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":\"\\ud800\"}}", -32602, "1"),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":\"\\u0000\"}}", -32602, "1"),
    ])
    func whatIsNoMessageHasACode(json: String, code: Int, id: String) throws {
        let found = try #require(try self.code(json))
        #expect(found == (code, id))
    }

    @Test func deepNestingIsAnErrorAndNoCrash() throws {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(try code(deep)?.code == -32700)
        #expect(try code(deep + String(repeating: "]", count: 1_000_000))?.code == -32700)
        let object = String(repeating: "{\"a\":", count: 100_000) + "1" + String(repeating: "}", count: 100_000)
        #expect(try code("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":\(object)}")?.code == -32700)
    }

    @Test func aMessageWithoutAnIDWantsNoAnswer() throws {
        #expect(
            try RPCMessage("{\"jsonrpc\":\"2.0\",\"method\":\"x\",\"params\":{\"a\":1}}", reader: reader)
                == .notification(method: "x", params: "{\"a\":1}"))
        #expect(try RPCMessage("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", reader: reader) == .response)
        #expect(try RPCMessage("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{}}", reader: reader) == .response)
    }

    @Test func aBatchIsItsMessages() throws {
        #expect(
            try RPCMessage("[{\"id\": \"a\\u0041\"}, \"x\", 1, [2], null]", reader: reader)
                == .batch(["{\"id\":\"a\\u0041\"}", "\"x\"", "1", "[2]", "null"]))
        #expect(try RPCMessage("[]", reader: reader) == .batch([]))
    }

    @Test func metaIsRead() throws {
        let request = try #require(
            try request(
                """
                {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"progressToken":"p",
                "io.modelcontextprotocol/protocolVersion":"2026-07-28",
                "io.modelcontextprotocol/clientCapabilities":{"extensions":{"io.modelcontextprotocol/tasks":{}}}}}}
                """))
        #expect(request.meta.version == .text("2026-07-28") && request.meta.hasCapabilities && request.meta.declaresTasks)
        #expect(request.meta.progressToken == "\"p\"")
        let plain = try #require(
            try self.request("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":{\"_meta\":{\"progressToken\":true}}}"))
        #expect(plain.meta.version == .absent && !plain.meta.hasCapabilities && plain.meta.progressToken == nil)
    }
}
