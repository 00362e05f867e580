import Glibc
import KoubouCore
import Testing

/// The revision 2026-07-28, in which each request stands alone.
@Suite struct MCPStatelessTests {
    private static let subscription = #"$._meta."io.modelcontextprotocol/subscriptionId""#

    @Test func aServerIsDiscoveredAndUsed() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        client.beStateless()
        let found = try client.ask("server/discover")
        #expect(try client.value(found, "$.result.supportedVersions") == #"["2026-07-28"]"#)
        #expect(try client.value(found, #"$.result.capabilities.extensions."io.modelcontextprotocol/tasks""#) == "{}")
        #expect(try client.value(found, "$.result.instructions").contains("koubou_delegate_task"))
        for (method, params) in [
            ("server/discover", "{}"), ("tools/list", "{}"), ("resources/list", "{}"), ("resources/templates/list", "{}"),
            ("prompts/list", "{}"), ("resources/read", #"{"uri":"koubou://stats"}"#),
        ] {
            let answer = try client.ask(method, params)
            #expect(try client.value(answer, "$.result.resultType") == "complete", "\(method)")
            #expect(try Int(client.value(answer, "$.result.ttlMs")) != nil && client.value(answer, "$.result.cacheScope") == "private")
            #expect(try client.value(answer, #"$.result._meta."io.modelcontextprotocol/serverInfo".name"#) == "koubou")
        }
        let task = try client.delegate("echo hi")
        try home.run(["koubou-worker", "--once"])
        #expect(try client.value(client.call("get_task_result", "{\"task_id\":\(task)}"), "$.output") == "hi\n")
        #expect(try client.value(client.ask("resources/read", #"{"uri":"koubou://task/9"}"#), "$.error.code") == "-32602")
        #expect(try client.value(client.ask("ping"), "$.error.code") == "-32601")
        client.meta = nil
        #expect(try client.value(client.ask("tools/list"), "$.error.code") == "-32602")
        let refused = try client.ask("initialize", #"{"protocolVersion":"2025-11-25"}"#)
        #expect(try client.value(refused, "$.error.code") == "-32022")
        #expect(try client.value(refused, "$.error.data.supported[0]") == "2026-07-28")
    }

    @Test func aStreamTellsOfChangesUntilItIsCancelled() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        client.beStateless(declaringTasks: true)
        let made = try client.ask("tools/call", #"{"name":"koubou_delegate_task","arguments":{"type":"shell","prompt":"exit 3"}}"#)
        let task = try client.value(made, "$.result.taskId")
        let uri = "koubou://task/\(task)"
        let stream = client.post(
            "subscriptions/listen",
            "{\"notifications\":{\"toolsListChanged\":true,\"resourceSubscriptions\":[\"\(uri)\",\"file:///x\"],\"taskIds\":[\"\(task)\",\"4711\"]}}")
        try client.until("that it listens") { !client.notifications.isEmpty }
        let acknowledged = try client.told("notifications/subscriptions/acknowledged")[0]
        #expect(try client.value(acknowledged, "$.notifications") == "{\"resourceSubscriptions\":[\"\(uri)\"],\"taskIds\":[\"\(task)\"]}")
        #expect(try client.value(acknowledged, Self.subscription) == stream)
        try home.run(["koubou-worker", "--once"])
        try client.until("the end of the task") { try client.told("notifications/tasks").contains { try client.value($0, "$.status") == "completed" } }
        let told = try client.told("notifications/tasks").last ?? ""
        #expect(try client.value(told, "$.result.structuredContent.exit_status") == "3" && client.value(told, Self.subscription) == stream)
        try client.until("the change of the resource") { try !client.told("notifications/resources/updated").isEmpty }
        #expect(try client.value(client.told("notifications/resources/updated")[0], "$.uri") == uri)
        client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\(stream)}}")
        // A second stream listens to the same from then on; the answer that it does comes after all that the first was told.
        let second = client.post("subscriptions/listen", "{\"notifications\":{\"resourceSubscriptions\":[\"\(uri)\"],\"taskIds\":[\"\(task)\"]}}")
        func heard(_ stream: String) throws -> Int {
            try client.notifications.count { try client.value($0, "$.params" + Self.subscription.dropFirst()) == stream }
        }
        try client.until("that it listens to the second") { try heard(second) == 1 }
        let count = try heard(stream)
        #expect(count >= 3)
        try home.koubouctl("retry", task)
        try client.until("both changes to the second") { try heard(second) == 3 }
        // Whom it tells first is by chance: what it tells at the same time is there before this answer.
        _ = try client.ask("tools/call", "{\"name\":\"koubou_list_tasks\"}")
        #expect(try heard(stream) == count && !client.hasAnswer(to: stream))
    }

    @Test func aStreamEndsWithItsAnswer() throws {
        let client = try MCPClient(try Home.forDelegation())
        client.beStateless()
        let stream = client.post("subscriptions/listen", #"{"notifications":{"resourceSubscriptions":["koubou://stats"]}}"#)
        #expect(try client.value(client.ask("subscriptions/listen", #"{"notifications":{"taskIds":["1"]}}"#), "$.error.code") == "-32021")
        #expect(try client.value(client.ask("subscriptions/listen", #"{"notifications":{"resourceSubscriptions":7}}"#), "$.error.code") == "-32602")
        #expect(try client.value(client.ask("subscriptions/listen"), "$.error.code") == "-32602")
        client.closeInput()
        #expect(try client.finish() == 0)
        #expect(try client.value(client.answer(to: stream), #"$.result._meta."io.modelcontextprotocol/subscriptionId""#) == stream)
    }
}
