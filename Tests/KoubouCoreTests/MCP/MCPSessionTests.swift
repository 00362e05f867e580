import Testing

@testable import KoubouCore

@Suite struct MCPSessionTests {
    private let reader: JSONReader

    init() throws { reader = try JSONReader() }

    private static let envelope = #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#
    private static let taskEnvelope = #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"extensions":{"io.modelcontextprotocol/tasks":{}}}}"#

    private func request(_ method: String, _ params: String = "") throws -> RPCRequest {
        let json = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\(method)\",\"params\":{\(params)}}"
        guard case .request(let request) = try RPCMessage(json, reader: reader) else { throw RPCError(0, json) }
        return request
    }

    /// The revision that a request is answered in, or the code of the refusal.
    private func admit(_ session: inout MCPSession, _ method: String, _ params: String = "") throws -> String {
        let request = try request(method, params)
        do { return try session.admit(request, reader).revision.rawValue } catch { return "\(error.code)" }
    }

    @Test(arguments: [
        ("2024-11-05", "2024-11-05"), ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"), ("2026-07-28", "2025-11-25"), ("1999-01-01", "2025-11-25"),
    ])
    func theHandshakeAgreesOnARevision(wanted: String, agreed: String) throws {
        var session = MCPSession()
        #expect(try admit(&session, "initialize", "\"protocolVersion\":\"\(wanted)\"") == agreed)
        #expect(try admit(&session, "tools/list") == agreed)
        #expect(session.takesBatches == (agreed == "2025-03-26"))
    }

    @Test func nothingButPingComesBeforeTheHandshake() throws {
        var session = MCPSession()
        #expect(try admit(&session, "tools/list") == "-32602")
        #expect(try admit(&session, "ping") == "2025-11-25")
        #expect(try admit(&session, "initialize") == "-32602")
        #expect(try admit(&session, "initialize", "\"protocolVersion\":7") == "-32602")
        #expect(try admit(&session, "initialize", "\"protocolVersion\":\"2025-06-18\"") == "2025-06-18")
        #expect(try admit(&session, "ping") == "2025-06-18")
        #expect(try admit(&session, "tools/list", Self.envelope) == "-32600", "the eras don't mix")
    }

    @Test func theStatelessEraNeedsItsEnvelopeInEachRequest() throws {
        var session = MCPSession()
        #expect(try admit(&session, "server/discover", Self.envelope) == "2026-07-28")
        #expect(try admit(&session, "tools/list", Self.envelope) == "2026-07-28")
        #expect(try admit(&session, "tools/list") == "-32602")
        #expect(try admit(&session, "tools/list", #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#) == "-32602")
        #expect(
            try admit(&session, "tools/list", #""_meta":{"io.modelcontextprotocol/protocolVersion":7,"io.modelcontextprotocol/clientCapabilities":{}}"#)
                == "-32602")
        #expect(
            try admit(&session, "tools/list", #""_meta":{"io.modelcontextprotocol/protocolVersion":"2027-01-01","io.modelcontextprotocol/clientCapabilities":{}}"#)
                == "-32022")
        #expect(try admit(&session, "initialize", "\"protocolVersion\":\"2025-06-18\"") == "-32022")
        #expect(!session.takesBatches)
    }

    @Test func anUnknownRevisionIsToldWhatThereIs() throws {
        var session = MCPSession()
        let request = try request(
            "server/discover",
            #""_meta":{"io.modelcontextprotocol/protocolVersion":"2027-01-01","io.modelcontextprotocol/clientCapabilities":{}}"#)
        #expect(throws: RPCError(-32022, "Unsupported protocol version", data: #"{"supported":["2026-07-28"],"requested":"2027-01-01"}"#)) {
            try session.admit(request, reader)
        }
    }

    @Test(arguments: [
        ("2024-11-05", ["resources/subscribe", "tools/call", "prompts/get"], ["tasks/get", "server/discover", "subscriptions/listen"]),
        ("2025-11-25", ["tasks/get", "tasks/result", "tasks/list", "tasks/cancel"], ["tasks/update", "server/discover", "logging/setLevel"]),
    ])
    func eachRevisionHasItsMethods(revision: String, served: [String], refused: [String]) throws {
        var session = MCPSession()
        _ = try admit(&session, "initialize", "\"protocolVersion\":\"\(revision)\"")
        for method in served { #expect(try admit(&session, method) == revision) }
        for method in refused { #expect(try admit(&session, method) == "-32601") }
    }

    @Test func theStatelessRevisionHasItsMethods() throws {
        var session = MCPSession()
        for method in ["server/discover", "tools/call", "subscriptions/listen", "resources/read"] {
            #expect(try admit(&session, method, Self.envelope) == "2026-07-28")
        }
        for method in ["ping", "resources/subscribe", "tasks/result", "tasks/list", "nothing"] {
            #expect(try admit(&session, method, Self.taskEnvelope) == "-32601")
        }
        for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
            #expect(try admit(&session, method, Self.envelope) == "-32021")
            #expect(try admit(&session, method, Self.taskEnvelope) == "2026-07-28")
        }
    }
}
