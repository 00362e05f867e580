import Glibc
import KoubouCore
import Testing

/// Calls that become tasks: those of 2025-11-25, and those of the extension.
@Suite struct MCPTaskTests {
    private func asTask(_ script: String) -> String {
        "{\"name\":\"koubou_delegate_task\",\"arguments\":{\"type\":\"shell\",\"prompt\":\(JSONText.quoted(script))},\"task\":{\"ttl\":60000}}"
    }

    @Test func aCallBecomesATaskOfTheQueue() throws {
        let home = try Home.forDelegation()
        let supervisor = try home.startSupervisor()
        let gate = try Gate(in: home)
        let client = try MCPClient(home)
        try client.handshake()
        let made = try client.ask("tools/call", asTask("\(gate.command); echo done"))
        let task = try client.value(made, "$.result.task.taskId")
        #expect(try client.value(made, "$.result.task.status") == "working")
        #expect(try client.value(made, #"$.result._meta."io.modelcontextprotocol/model-immediate-response""#).contains(task))
        let call = client.post("tasks/result", "{\"taskId\":\"\(task)\"}")
        #expect(try client.value(client.ask("tasks/get", "{\"taskId\":\"\(task)\"}"), "$.result.status") == "working")
        #expect(!client.hasAnswer(to: call))
        gate.open()
        let result = try client.answer(to: call)
        #expect(try client.value(result, "$.result.structuredContent.output") == "done\n")
        #expect(try client.value(result, #"$.result._meta."io.modelcontextprotocol/related-task".taskId"#) == task)
        #expect(try client.value(client.ask("tasks/get", "{\"taskId\":\"\(task)\"}"), "$.result.status") == "completed")
        #expect(try client.value(client.ask("tasks/list"), "$.result.tasks[0].taskId") == task)
        #expect(try client.value(client.ask("tasks/cancel", "{\"taskId\":\"\(task)\"}"), "$.error.code") == "-32602", "it has ended")
        supervisor.signal(SIGTERM)
    }

    @Test func aFailureIsAFailedTaskAndACancelledOneIsNone() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        try client.handshake()
        let failed = try client.value(client.ask("tools/call", asTask("exit 3")), "$.result.task.taskId")
        try home.run(["koubou-worker", "--once"])
        let told = try client.ask("tasks/get", "{\"taskId\":\"\(failed)\"}")
        #expect(try client.value(told, "$.result.status") == "failed" && client.value(told, "$.result.statusMessage") == "exit status 3")
        let result = try client.ask("tasks/result", "{\"taskId\":\"\(failed)\"}")
        #expect(try client.value(result, "$.result.isError") == "1" && client.value(result, "$.result.structuredContent.exit_status") == "3")
        let other = try client.value(client.ask("tools/call", asTask("true")), "$.result.task.taskId")
        #expect(try client.value(client.ask("tasks/cancel", "{\"taskId\":\"\(other)\"}"), "$.result.status") == "cancelled")
        for id in ["4711", "x", "-1", ""] {
            #expect(try client.value(client.ask("tasks/get", "{\"taskId\":\"\(id)\"}"), "$.error.code") == "-32602")
        }
        let refused = try client.ask("tools/call", #"{"name":"koubou_list_tasks","arguments":{},"task":{}}"#)
        #expect(try client.value(refused, "$.error.code") == "-32601", "other tools can't be tasks")
    }

    @Test func earlierRevisionsHaveNoTasks() throws {
        let client = try MCPClient(try Home.forDelegation())
        try client.handshake("2025-06-18")
        #expect(try client.value(client.ask("tools/call", asTask("true")), "$.result.structuredContent.task_id") == "1")
        #expect(try client.value(client.ask("tasks/list"), "$.error.code") == "-32601")
    }

    /// An agent that is a task itself delegates children, which end with it and lie no deeper than others may.
    @Test func whatATaskDelegatesIsItsChild() throws {
        let home = try Home.forDelegation("[task]\nmax_depth = 1\n")
        let hello = #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#
        let call = #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"koubou_delegate_task","arguments":{"type":"shell","prompt":"sh agent"}}}"#
        try home.write("printf '%s\\n' '\(hello)' '\(call)' | \(Home.programs)/koubouctl mcp | tail -n 1", to: "agent")
        let task = try home.handIn("sh agent")
        try home.run(["koubou-worker", "--drain"])
        let told = try home.koubouctl("result", task).text
        let child = try home.json(told, "$.result.structuredContent.task_id")
        #expect(try home.field("parent", of: child) == task)
        let refused = try home.koubouctl("result", child).text
        #expect(try home.json(refused, "$.result.isError") == "1", "\(refused)")
    }

    @Test func subscribersHearHowFarATaskIs() throws {
        let home = try Home.forDelegation()
        let supervisor = try home.startSupervisor()
        let gate = try Gate(in: home)
        let client = try MCPClient(home)
        try client.handshake()
        let task = try client.value(client.ask("tools/call", asTask("\(gate.command); \(Home.programs)/koubouctl progress 40 half; sleep 1000")), "$.result.task.taskId")
        try eventually(.inProgress) { try home.state(of: task) }
        _ = try client.ask("resources/subscribe", "{\"uri\":\"koubou://task/\(task)\"}")
        gate.open()
        try client.until("that it is half done") { try !client.told("notifications/resources/updated").isEmpty }
        try eventually("in_progress, 40% half") { try client.value(client.ask("tasks/get", "{\"taskId\":\"\(task)\"}"), "$.result.statusMessage") }
        #expect(try client.value(client.call("get_task_status", "{\"task_ids\":[\(task)]}"), "$.tasks[0].progress") == "40")
        _ = try client.call("cancel_task", "{\"task_id\":\(task)}")
        supervisor.signal(SIGTERM)
    }

    @Test func theExtensionHasTasksWithTheirOutcome() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        client.beStateless(declaringTasks: true)
        func delegate(_ script: String) throws -> String {
            let made = try client.ask("tools/call", "{\"name\":\"koubou_delegate_task\",\"arguments\":{\"type\":\"shell\",\"prompt\":\"\(script)\"}}")
            #expect(try client.value(made, "$.result.resultType") == "task")
            return try client.value(made, "$.result.taskId")
        }
        func get(_ task: String) throws -> String { try client.ask("tasks/get", "{\"taskId\":\"\(task)\"}") }
        let good = try delegate("echo fine")
        let working = try get(good)
        #expect(try client.value(working, "$.result.status") == "working" && client.value(working, "$.result.resultType") == "complete")
        let bad = try delegate("exit 3")
        let doomed = try delegate("true")
        #expect(try client.value(client.ask("tasks/cancel", "{\"taskId\":\"\(doomed)\"}"), "$.result.resultType") == "complete")
        try home.run(["koubou-worker", "--drain"])
        #expect(try client.value(get(good), "$.result.status") == "completed")
        #expect(try client.value(get(good), "$.result.result.structuredContent.output") == "fine\n")
        #expect(try client.value(get(bad), "$.result.status") == "completed", "failed is for errors of the protocol")
        #expect(try client.value(get(bad), "$.result.result.isError") == "1")
        #expect(try client.value(get(doomed), "$.result.status") == "cancelled")
        #expect(try client.value(client.ask("tasks/update", "{\"taskId\":\"\(good)\",\"inputResponses\":{}}"), "$.result.resultType") == "complete")
        client.beStateless()
        #expect(try client.value(get(good), "$.error.code") == "-32021")
        #expect(try client.value(get(good), #"$.error.data.requiredCapabilities.extensions."io.modelcontextprotocol/tasks""#) == "{}")
    }
}
