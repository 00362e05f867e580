import Glibc
import KoubouCore
import Testing

/// Who may use `/mcp`, and for what: as everywhere in the gateway.
@Suite struct MCPHTTPAccessTests {
    private func bearer(_ home: Home, _ right: String) throws -> String {
        "Authorization: Bearer \(try home.koubouctl("token", "--right", right, right).text)"
    }

    @Test func pagesOfOtherSitesAndStrangersGetNothing() throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home())
        let discover = client.message("initialize", #"{"protocolVersion":"2025-11-25","capabilities":{}}"#)
        #expect(try client.post(discover, "Origin: http://evil.example").status == 403)
        #expect(try client.post(discover, "Host: evil.example").status == 403)
        #expect(try client.post(discover, "X-Forwarded-For: 10.0.0.1").status == 401)
        #expect(try client.post(discover, "Authorization: Bearer aaaaaaaaaaaaaaaaaaaaaaaaaaa").status == 401)
        #expect(try client.post(discover, "Content-Type: text/plain").status == 415)
    }

    @Test func tokensAllowAsMuchAsTheirRight() throws {
        let home = try MCPHTTPClient.home()
        let client = try MCPHTTPClient(home)
        let shell = #"{"type":"shell","prompt":"true"}"#
        client.headers = [try bearer(home, "read")]
        try client.handshake()
        let reading = client.session
        #expect(try client.value(client.call("list_tasks", "{}"), "$.tasks") == "[]")
        for tool in ["delegate_task", "delegate_batch", "cancel_task", "retry_task"] {
            #expect(try client.mistake(tool, shell).hasPrefix("the token may only read"), "\(tool)")
        }
        let refused = try client.ask("tasks/cancel", #"{"taskId":"1"}"#)
        #expect(try client.value(refused, "$.error.message").contains("may only read"))
        client.headers = [try bearer(home, "submit")]
        try client.handshake()
        let task = try client.value(client.call("delegate_task", shell), "$.task_id")
        #expect(try client.mistake("delegate_task", #"{"type":"shell","prompt":"true","cwd":"/"}"#).hasPrefix("cwd needs a token"))
        _ = try client.call("cancel_task", #"{"task_id":\#(task)}"#)
        // A session belongs to the client that has begun it.
        client.session = reading
        #expect(try client.post(client.message("ping")).status == 404)
        client.headers = [try bearer(home, "admin")]
        try client.handshake()
        _ = try client.call("delegate_task", #"{"type":"shell","prompt":"true","cwd":"/"}"#)
        let log = try home.read("home/logs/mcp_server.log")
        #expect(log.contains(" tasks=\(task) client=submit\n"), "\(log)")
    }

    @Test func bothSettingsBoundTheTypes() throws {
        let client = try MCPHTTPClient(MCPHTTPClient.home("shell, general"))
        try client.handshake()
        #expect(try client.value(client.ask("tools/list"), "$.result.tools[0].inputSchema.properties.type.enum") == #"["shell"]"#)
        for type in ["general", "exec", "code"] {
            let mistake = try client.mistake("delegate_task", #"{"type":"\#(type)","prompt":"x"}"#)
            #expect(mistake.contains("may not be delegated") && mistake.contains("[mcp] and [serve]"), "\(mistake)")
        }
    }
}
