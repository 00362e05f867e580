import Glibc
import KoubouCore
import Testing

/// How the server begins and ends, and what it survives.
@Suite struct MCPLifeTests {
    private func wait(_ client: MCPClient, for task: String) -> String {
        client.post("tools/call", "{\"name\":\"koubou_wait_for_tasks\",\"arguments\":{\"task_ids\":[\(task)]}}")
    }

    @Test func theEndOfInputEndsItAndTasksGoOn() throws {
        let home = try Home.forDelegation()
        let supervisor = try home.startSupervisor()
        let gate = try Gate(in: home)
        let client = try MCPClient(home)
        try client.handshake()
        let task = try client.delegate("\(gate.command); echo done")
        client.patience = MCPClient.lessThanAWait
        let call = wait(client, for: task)
        client.send("{\"jsonrpc\":\"2.0\",\"id\":\"last\",\"method\":\"ping\"}")
        client.closeInput()
        #expect(try client.finish() == 0)
        #expect(client.hasAnswer(to: "\"last\""), "what is due is answered")
        #expect(try client.value(client.answer(to: call), "$.result.structuredContent.pending") == "[\(task)]")
        gate.open()
        #expect(try home.end(of: task) == 0 && home.koubouctl("result", task).text == "done")
        supervisor.signal(SIGTERM)
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func aSignalEndsIt(signal: Int32) throws {
        let client = try MCPClient(try Home.forDelegation())
        try client.handshake()
        client.patience = MCPClient.lessThanAWait
        let call = wait(client, for: try client.delegate("true"))
        _ = try client.ask("ping")
        kill(client.pid, signal)
        #expect(try client.finish() == 128 + signal)
        #expect(!client.hasAnswer(to: call))
    }

    @Test func filesAndNothingAreInputsToo() throws {
        let home = try Home.forDelegation()
        #expect(try home.run(["koubouctl", "mcp"]).status == 0)
        try home.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}", to: "requests")
        let output = try home.shell("koubouctl mcp < requests > answers; cat answers")
        #expect(output.lines == (1...2).map { "{\"jsonrpc\":\"2.0\",\"id\":\($0),\"result\":{}}" } && output.errors == "")
        #expect(try home.koubouctl("mcp", "x").status == 64)
    }

    /// Far more answers than a pipe holds wait for one who reads late; meanwhile the tasks of others are served.
    @Test func whoReadsLateLosesNothing() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        try client.handshake()
        let ids = (0..<1000).map { _ in client.post("tools/list") }
        #expect(try home.koubouctl("submit", "true").text == "1")
        for id in ids { #expect(try client.value(client.answer(to: id), "$.result.tools[9].name") == "koubou_doctor") }
    }

    @Test func aReaderThatHasGoneEndsIt() throws {
        let client = try MCPClient(try Home.forDelegation())
        try client.handshake()
        client.closeOutput()
        client.post("ping")
        try eventually(true) { client.hasEnded }
    }

    @Test func itOutlivesTheSupervisor() throws {
        let home = try Home.forDelegation()
        let supervisor = try home.startSupervisor()
        let gate = try Gate(in: home)
        let client = try MCPClient(home)
        try client.handshake()
        let task = try client.delegate(gate.command)
        try eventually(.inProgress) { try home.state(of: task) }
        client.patience = MCPClient.lessThanAWait
        let call = wait(client, for: task)
        supervisor.signal(SIGKILL)
        #expect(try supervisor.status() == 128 + SIGKILL)
        #expect(try client.value(client.ask("ping"), "$.result") == "{}")
        gate.open()
        let next = try home.startSupervisor()
        #expect(try client.value(client.answer(to: call), "$.result.structuredContent.done") == "1")
        next.signal(SIGTERM)
    }

    @Test func aDatabaseThatIsDeletedEndsNoCallWithoutAWord() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        try client.handshake()
        let task = try client.delegate("true")
        _ = try client.ask("resources/subscribe", "{\"uri\":\"koubou://stats\"}")
        client.patience = MCPClient.lessThanAWait
        let call = wait(client, for: task)
        _ = try client.ask("ping")
        try home.shell("rm -rf home/db")
        let told = try client.answer(to: call)
        #expect(try client.value(told, "$.result.isError") == "1")
        #expect(try client.value(told, "$.result.content[0].text").contains("the database was deleted"))
        // The next call begins anew, and subscribers are heard again.
        #expect(try client.delegate("true") == "1")
        let before = try client.told("notifications/resources/updated").count
        _ = try client.delegate("true")
        try client.until("that the queue has changed") { try client.told("notifications/resources/updated").count > before }
    }

    @Test func aHomeThatCannotBeUsedIsToldToTheModel() throws {
        let home = try Home()
        try makeFolder(home.path)
        try makeFolder(home.path + "/db")
        try home.write("no database at all, and longer than a page would need to be", to: home.path + "/db/koubou.db")
        let client = try MCPClient(home)
        try client.handshake()
        #expect(try client.mistake("list_tasks", "{}").contains("the file is not a database"))
        #expect(try client.value(client.ask("resources/read", #"{"uri":"koubou://stats"}"#), "$.error.code") == "-32603")
        #expect(try client.value(client.ask("tools/list"), "$.result.tools[0].name") == "koubou_delegate_task")
    }
}
