import Glibc
import KoubouCore
import Testing

/// `/mcp` in the era of the handshake: sessions, their streams, and their end.
@Suite struct MCPHTTPTests {
    @Test func aSessionBeginsIsUsedAndEnds() throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home())
        try client.handshake()
        #expect(try client.post(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).status == 202)
        let session = try #require(client.session)
        #expect(try client.value(client.ask("tools/list"), "$.result.tools[0].name") == "koubou_delegate_task")
        client.session = nil
        let without = try client.post(client.message("tools/list"))
        #expect(try without.status == 400 && client.value(without.text, "$.error.code") == "-32600")
        client.session = session + "x"
        #expect(try client.post(client.message("tools/list")).status == 404)
        client.session = session
        client.headers = ["MCP-Protocol-Version: 2025-11-25"]
        #expect(try client.post(client.message("ping")).status == 200)
        client.headers = ["MCP-Protocol-Version: 1999-01-01"]
        #expect(try client.post(client.message("ping")).status == 400)
        client.headers = []
        let ended = try client.served.ask("DELETE", "/mcp", nil, "Mcp-Session-Id: \(session)")
        #expect(ended.status == 204)
        #expect(try client.post(client.message("ping")).status == 404)
        #expect(try client.served.ask("GET", "/mcp", nil, "Mcp-Session-Id: \(session)", "Accept: text/event-stream").status == 404)
        #expect(try client.served.ask("GET", "/mcp", nil, "Accept: text/event-stream").status == 400)
        #expect(try client.served.ask("PUT", "/mcp", "{}").status == 405)
    }

    @Test(arguments: ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
    func eachRevisionWithAHandshakeIsSpoken(revision: String) throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home())
        try client.handshake(revision)
        #expect(try client.value(client.ask("ping"), "$.result") == "{}")
        let batch = try client.post("[\(client.message("ping")),\(client.message("ping"))]")
        #expect(try client.value(batch.text, "$[1].result") == (revision == "2025-03-26" ? "{}" : ""), "\(batch.text)")
    }

    @Test func answersComeAsAcceptTells() throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home())
        try client.handshake()
        for (accept, status, type) in [
            ("application/json", 200, "application/json"), ("", 200, "application/json"), ("*/*", 200, "application/json"),
            ("text/event-stream", 200, "text/event-stream"), ("text/html", 406, "application/problem+json"),
            ("application/json;q=0, text/event-stream", 200, "text/event-stream"),
        ] {
            client.accept = accept
            let answer = try client.post(client.message("ping"))
            #expect(answer.status == status && answer.header("content-type") == type, "\(accept): \(answer.text)")
        }
        // A call that waits: as events where they are taken, and otherwise as one answer.
        client.accept = "application/json"
        let task = try client.delegate("true")
        let wait = #"{"name":"koubou_wait_for_tasks","arguments":{"task_ids":[\#(task)]},"_meta":{"progressToken":7}}"#
        let plain = try client.open(client.message("tools/call", wait))
        client.accept = "application/json, text/event-stream"
        let events = try client.open(client.message("tools/call", wait))
        let (status, headers) = try events.head()
        #expect(status == 200 && headers.contains { $0.name == "content-type" && $0.value == "text/event-stream" })
        try client.served.home.run(["koubou-worker", "--once"])
        #expect(try client.value(events.event().message, "$.params.progress") == "1")
        #expect(try client.value(events.event().message, "$.result.structuredContent.done") == "1")
        #expect(try client.value(plain.answer().text, "$.result.structuredContent.done") == "1")
    }

    @Test func malformedMessagesAreRefused() throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home())
        try client.handshake()
        for (body, code) in [
            ("{", "-32700"), ("[]", "-32600"), ("1", "-32600"), (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, "-32600"),
            (#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, "-32600"), ("", "-32700"),
            (String(repeating: "[", count: 100_000), "-32700"),
        ] {
            let answer = try client.post(body)
            #expect(try client.value(answer.text, "$.error.code") == code, "\(body.prefix(60)): \(answer.status) \(answer.text)")
        }
        #expect(try client.post(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, "Content-Type: text/plain").status == 415)
        #expect(try client.post(#"{"jsonrpc":"2.0","id":9,"result":{}}"#).status == 202)
        #expect(try client.value(client.ask("nothing/such"), "$.error.code") == "-32601")
    }

    @Test func theStreamOfASessionTellsOfChanges() throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home())
        try client.handshake()
        let task = try client.delegate("true")
        _ = try client.ask("resources/subscribe", #"{"uri":"koubou://task/\#(task)"}"#)
        let first = try client.listen()
        #expect(try first.eventID() == "0-0")
        // Who comes last reads it.
        let second = try client.listen()
        while let line = first.line(), line != "0" { #expect(line != "event: message") }
        try client.served.home.run(["koubou-worker", "--once"])
        let told = try second.event()
        #expect(try client.value(told.message, "$.params.uri") == "koubou://task/\(task)")
        _ = try client.ask("resources/unsubscribe", #"{"uri":"koubou://task/\#(task)"}"#)
        // What came while nobody was connected is told to one who says where it was.
        let again = try client.listen(after: "0-0")
        #expect(try again.event().message == told.message)
    }

    @Test func aClientThatLostItsConnectionComesAgain() throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home())
        try client.handshake()
        let task = try client.delegate("echo x")
        let id: String
        do {
            let lost = try client.open(client.message("tools/call", #"{"name":"koubou_wait_for_tasks","arguments":{"task_ids":[\#(task)]}}"#))
            _ = try lost.head()
            id = try lost.eventID()
        }
        let resumed = try client.listen(after: id)
        try client.served.home.run(["koubou-worker", "--once"])
        #expect(try client.value(resumed.event().message, "$.result.structuredContent.done") == "1")
        // Also when the answer came meanwhile.
        #expect(try client.value(client.listen(after: id).event().message, "$.result.structuredContent.done") == "1")
    }

    @Test func aCallThatWaitsHoldsUpNoOther() throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home())
        try client.handshake()
        let tasks = try (0..<20).map { _ in try client.delegate("true") }
        let waits = try tasks.map { try client.open(client.message("tools/call", #"{"name":"koubou_wait_for_tasks","arguments":{"task_ids":[\#($0)]}}"#)) }
        let kept = try client.open(client.message("tools/call", #"{"name":"koubou_wait_for_tasks","arguments":{"task_ids":[\#(client.delegate("sleep 1000"))]}}"#))
        let id = try client.value(client.message("ping"), "$.id")
        #expect(try client.value(client.ask("ping"), "$.result") == "{}")
        for _ in tasks { try client.served.home.run(["koubou-worker", "--once"]) }
        for wait in waits {
            _ = try wait.head()
            #expect(try client.value(wait.event().message, "$.result.structuredContent.done") == "1")
        }
        // Cancelled by another request of the session: it ends without an answer.
        _ = try kept.head()
        let cancelled = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(try #require(Int(id)) - 1)}}"#
        #expect(try client.post(cancelled).status == 202)
        while let line = kept.line(), line != "0" { #expect(!line.hasPrefix("data: {")) }
    }

    @Test func sessionsAreBounded() throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home())
        try client.handshake()
        let first = client.session
        for _ in 0..<256 { try client.handshake() }
        #expect(try client.post(client.message("ping")).status == 200)
        client.session = first
        #expect(try client.post(client.message("ping")).status == 404)
    }
}
