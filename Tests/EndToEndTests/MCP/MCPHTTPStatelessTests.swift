import Glibc
import KoubouCore
import Testing

/// `/mcp` in the revision 2026-07-28, in which each request stands alone.
@Suite struct MCPHTTPStatelessTests {
    @Test func aServerIsDiscoveredAndUsed() throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home())
        let found = try client.askAlone("server/discover")
        #expect(found.status == 200 && found.header("mcp-session-id") == nil)
        #expect(try client.value(found.text, "$.result.supportedVersions") == #"["2026-07-28"]"#)
        let made = try client.askAlone("tools/call", #""name":"koubou_delegate_task","arguments":{"type":"shell","prompt":"echo hi"}"#, "Mcp-Name: koubou_delegate_task")
        let task = try client.value(made.text, "$.result.structuredContent.task_id")
        try client.served.home.run(["koubou-worker", "--once"])
        let read = try client.askAlone("resources/read", #""uri":"koubou://task/\#(task)/output""#, "Mcp-Name: koubou://task/\(task)/output")
        #expect(try client.value(read.text, "$.result.contents[0].text") == "hi\n")
    }

    @Test func headersAndBodyMustAgree() throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home())
        let meta = #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#
        let call = #"{"name":"koubou_list_tasks","arguments":{},\#(meta)}"#
        let (version, method, name) = ("MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name: koubou_list_tasks")
        for (headers, status, code) in [
            ([version, method, name], 200, ""), ([version, method, "Mcp-Name: =?base64?a291Ym91X2xpc3RfdGFza3M=?="], 200, ""),
            ([], 400, "-32020"), ([version], 400, "-32020"), ([version, method], 400, "-32020"),
            ([version, name], 400, "-32020"), (["MCP-Protocol-Version: 2025-11-25", method, name], 400, "-32020"),
            ([version, "Mcp-Method: tools/list", name], 400, "-32020"), ([version, method, "Mcp-Name: koubou_doctor"], 400, "-32020"),
            ([version, method, name, name], 400, "-32020"), ([version, method, "Mcp-Name: =?base64?a291?="], 400, "-32020"),
            ([version, method, "Mcp-Name: =?base64?%%%%?="], 400, "-32020"),
        ] {
            let answer = try client.open(client.message("tools/call", call), headers + ["Connection: close"]).answer()
            #expect(try answer.status == status && client.value(answer.text, "$.error.code") == code, "\(headers): \(answer.text)")
        }
    }

    @Test func whatIsWrongIsToldInStatusAndCode() throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home())
        #expect(try client.askAlone("nothing/such").status == 404)
        #expect(try client.askAlone("ping").status == 404)
        let unknown = try client.askAlone("resources/read", #""uri":"koubou://task/9""#, "Mcp-Name: koubou://task/9")
        #expect(try unknown.status == 400 && client.value(unknown.text, "$.error.code") == "-32602")
        let undeclared = try client.askAlone("tasks/get", #""taskId":"1""#)
        #expect(try undeclared.status == 400 && client.value(undeclared.text, "$.error.code") == "-32021")
        let handshake = try client.askAlone("initialize", #""protocolVersion":"2025-11-25""#)
        #expect(try handshake.status == 400 && client.value(handshake.text, "$.error.data.supported[0]") == "2026-07-28")
        client.headers = ["MCP-Protocol-Version: 2027-01-01", "Mcp-Method: tools/list"]
        let newer = try client.post(client.message("tools/list", #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2027-01-01","io.modelcontextprotocol/clientCapabilities":{}}}"#))
        #expect(try newer.status == 400 && client.value(newer.text, "$.error.code") == "-32022")
        client.headers = ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/list"]
        #expect(try client.value(client.post(client.message("tools/list")).text, "$.error.code") == "-32602")
        #expect(try client.post(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#).status == 202)
        #expect(try client.post(#"{"jsonrpc":"2.0","id":1,"result":{}}"#).status == 400)
        #expect(try client.post("[\(client.message("ping"))]").status == 400)
        #expect(try client.served.ask("GET", "/mcp", nil, "MCP-Protocol-Version: 2026-07-28", "Accept: text/event-stream").status == 405)
        #expect(try client.served.ask("DELETE", "/mcp", nil, "MCP-Protocol-Version: 2026-07-28").status == 405)
    }

    @Test func aStreamTellsOfChangesUntilItIsClosed() throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home())
        let made = try client.askAlone("tools/call", #""name":"koubou_delegate_task","arguments":{"type":"shell","prompt":"true"}"#, "Mcp-Name: koubou_delegate_task")
        let task = try client.value(made.text, "$.result.structuredContent.task_id")
        do {
            let stream = try client.openAlone("subscriptions/listen", #""notifications":{"resourceSubscriptions":["koubou://task/\#(task)"],"taskIds":["\#(task)"]}"#, capabilities: #"{"extensions":{"io.modelcontextprotocol/tasks":{}}}"#)
            _ = try stream.head()
            #expect(try client.value(stream.event().message, "$.method") == "notifications/subscriptions/acknowledged")
            try client.served.home.run(["koubou-worker", "--once"])
            // Each of them once or more: as often as the gateway has looked.
            var told: Set<String> = []
            while told.count < 2 { told.insert(try client.value(stream.event().message, "$.method")) }
            #expect(told == ["notifications/resources/updated", "notifications/tasks"])
            #expect(try client.served.home.listeners() == 1)
        }
        // Nobody waits for anything any more, so the gateway sleeps.
        try eventually(0) { try client.served.home.listeners() }
    }

    @Test func whoClosesTheStreamHasCancelledTheCall() throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home())
        let made = try client.askAlone("tools/call", #""name":"koubou_delegate_task","arguments":{"type":"shell","prompt":"sleep 1000"}"#, "Mcp-Name: koubou_delegate_task")
        let task = try client.value(made.text, "$.result.structuredContent.task_id")
        do {
            let wait = try client.openAlone("tools/call", #""name":"koubou_wait_for_tasks","arguments":{"task_ids":[\#(task)]}"#, ["Mcp-Name: koubou_wait_for_tasks"])
            _ = try wait.head()
            try eventually(1) { try client.served.home.listeners() }
        }
        try eventually(0) { try client.served.home.listeners() }
        #expect(try client.served.home.state(of: task) == .pending)
    }
}
