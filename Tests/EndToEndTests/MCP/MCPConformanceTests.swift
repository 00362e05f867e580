import Glibc
import KoubouCore
import Testing

/// What the scenarios of the official conformance suite look at that is tested nowhere else; Tests/README.md has the list.
@Suite struct MCPConformanceTests {
    /// What is not offered is not declared, and answered as a method that is not there.
    @Test(arguments: [false, true]) func whatIsNotOfferedIsNotThere(isStateless: Bool) throws {
        let client = try MCPClient(try Home.forDelegation())
        if isStateless { client.beStateless() }
        let declared = try isStateless ? client.ask("server/discover") : client.handshake()
        for capability in ["logging", "completions"] {
            #expect(try client.value(declared, "$.result.capabilities.\(capability)") == "")
        }
        for method in ["logging/setLevel", "completion/complete", "roots/list", "sampling/createMessage", "events/list"] {
            #expect(try client.value(client.ask(method), "$.error.code") == "-32601", "\(method)")
        }
    }

    @Test func aToolThatIsNotThereIsAnErrorOfTheProtocol() throws {
        let client = try MCPClient(try Home.forDelegation())
        try client.handshake()
        for params in ["{}", "{\"name\":7}", "{\"name\":\"koubou_nothing\"}", "{\"name\":\"koubou_list_tasks\",\"arguments\":[]}"] {
            #expect(try client.value(client.ask("tools/call", params), "$.error.code") == "-32602", "\(params)")
        }
    }

    /// No answer to a question that was not asked changes a call.
    @Test func answersThatNobodyWantsAreIgnored() throws {
        let client = try MCPClient(try Home.forDelegation())
        client.beStateless()
        let answer = try client.ask(
            "tools/call",
            #"{"name":"koubou_list_tasks","arguments":{},"inputResponses":{"x":{"action":"accept"}},"requestState":"forged"}"#)
        #expect(try client.value(answer, "$.result.resultType") == "complete")
        #expect(try client.value(answer, "$.result.isError") == "0")
    }

    /// The fields of a task of the extension, as they are named there, and none of an earlier revision.
    @Test func tasksOfTheExtensionHaveItsFields() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        client.beStateless(declaringTasks: true)
        let plain = try client.ask("tools/call", #"{"name":"koubou_list_tasks"}"#)
        #expect(try client.value(plain, "$.result.resultType") == "complete" && client.value(plain, "$.result.taskId") == "")
        let made = try client.ask("tools/call", #"{"name":"koubou_delegate_task","arguments":{"type":"shell","prompt":"echo hi"}}"#)
        func check(_ answer: String, at path: String = "$.result") throws {
            for field in ["taskId", "status", "createdAt", "lastUpdatedAt"] {
                #expect(try client.value(answer, "\(path).\(field)") != "", "\(field)")
            }
            for field in ["createdAt", "lastUpdatedAt"] {
                #expect(try client.value(answer, "\(path).\(field)").contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/))
            }
            #expect(answer.contains("\"ttlMs\":null"), "it stays until it is pruned")
            #expect(try Int(client.value(answer, "\(path).pollIntervalMs")) ?? 0 > 0)
            for field in ["ttl", "pollInterval", "task"] { #expect(try client.value(answer, "\(path).\(field)") == "", "\(field)") }
        }
        try check(made)
        for field in ["result", "error", "inputRequests"] { #expect(try client.value(made, "$.result.\(field)") == "") }
        let task = try client.value(made, "$.result.taskId")
        try home.run(["koubou-worker", "--drain"])
        let ended = try client.ask("tasks/get", "{\"taskId\":\"\(task)\"}")
        try check(ended)
        #expect(try client.value(ended, "$.result.result.content[0].type") == "text")
        #expect(!ended.contains("io.modelcontextprotocol/related-task"))
        // It may have ended while the wish was on its way.
        let acknowledged = try client.ask("tasks/cancel", "{\"taskId\":\"\(task)\"}")
        #expect(try client.value(acknowledged, "$.result.resultType") == "complete")
        for field in ["taskId", "status", "result", "error"] { #expect(try client.value(acknowledged, "$.result.\(field)") == "") }
        for (method, params) in [("tasks/get", "{}"), ("tasks/get", #"{"taskId":"4711"}"#), ("tasks/cancel", #"{"taskId":"x"}"#)] {
            #expect(try client.value(client.ask(method, params), "$.error.code") == "-32602", "\(method) \(params)")
        }
        for method in ["tasks/result", "tasks/list"] { #expect(try client.value(client.ask(method), "$.error.code") == "-32601", "\(method)") }
    }

    /// All that is declared is there: a list of everything that a client may ask for without knowing this server.
    @Test func toolsAreDescribedInFull() throws {
        let client = try MCPClient(try Home.forDelegation())
        try client.handshake()
        let tools = try JSONReader().elements(ofJSON: JSONReader().json(in: client.ask("tools/list"), at: "$.result.tools") ?? "[]")
        #expect(tools.count == 10)
        for tool in tools {
            let name = try client.value(tool, "$.name")
            #expect(name.contains(/^[A-Za-z0-9_.-]{1,128}$/))
            for member in ["title", "description"] { #expect(try client.value(tool, "$.\(member)") != "", "\(name)") }
            for schema in ["inputSchema", "outputSchema"] {
                #expect(try client.value(tool, "$.\(schema).type") == "object", "\(name) \(schema)")
            }
            for hint in ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] {
                #expect(try ["0", "1"].contains(client.value(tool, "$.annotations.\(hint)")), "\(name) \(hint)")
            }
        }
    }
}
