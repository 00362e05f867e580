import Testing

@testable import KoubouCore

@Suite struct MCPHeadersTests {
    private func headers(_ fields: (String, String)...) -> HTTPHeaders {
        var headers = HTTPHeaders()
        for (name, value) in fields { headers.add(.init(name, value)) }
        return headers
    }

    @Test(arguments: [
        ("plain", "plain"), ("=?base64?5YWs5a2Q?=", "公子"), ("=?base64?a=?=", nil), ("=?base64?%%%%?=", nil),
        ("=?base64?//8=?=", nil), ("=?base64??=", ""), ("=?base64?", "=?base64?"),
    ])
    func aNameMayBeInBase64(value: String, decoded: String?) { #expect(MCPHeaders.decoded(value) == decoded) }

    @Test func aRevisionOfTheHandshakeIsKnown() {
        #expect(MCPHeaders(headers()).handshakeProblem == nil)
        #expect(MCPHeaders(headers(("mcp-protocol-version", "2025-06-18"))).handshakeProblem == nil)
        for wrong in ["2026-07-28", "2025", ""] {
            #expect(MCPHeaders(headers(("mcp-protocol-version", wrong))).handshakeProblem != nil, "\(wrong)")
        }
        #expect(MCPHeaders(headers(("mcp-protocol-version", "2026-07-28"))).isStateless)
    }

    @Test(arguments: [
        (nil, true, true), ("*/*", true, true), ("application/json", true, false), ("text/*", false, true),
        ("application/json, text/event-stream", true, true), ("TEXT/EVENT-STREAM ; q=0.5", false, true),
        ("*/*, text/event-stream;q=0", true, false), ("text/html", false, false), ("", true, true),
    ])
    func whatIsWelcomeIsTold(accept: String?, json: Bool, events: Bool) {
        let all = accept.map { headers(("accept", $0)) } ?? headers()
        #expect(all.accept("application/json") == json && all.accept("text/event-stream") == events)
    }

    @Test(arguments: [(-32700, 400), (-32600, 400), (-32601, 404), (-32602, 400), (-32020, 400), (-32021, 400), (-32022, 400), (-32603, 200)])
    func eachErrorHasAStatus(code: Int, status: Int) { #expect(RPCError(code, "").httpStatus.rawValue == status) }
}
