import Glibc
import KoubouCore
import Testing

/// Calls that wait: none holds up another, and none lives longer than its client wants.
@Suite struct MCPWaitTests {
    @Test func fiftyCallsAreAnsweredEachWhenItsTaskEnds() throws {
        let home = try Home.forDelegation("[pool]\nmin = 4\nmax = 4\n")
        let supervisor = try home.startSupervisor()
        let gates = try (0..<4).map { try Gate(in: home, named: "gate\($0)") }
        let client = try MCPClient(home)
        try client.handshake()
        client.patience = MCPClient.lessThanAWait
        let held = try gates.map { try client.delegate($0.command) }
        let quick = try (0..<46).map { _ in try client.delegate("true") }
        let calls = (held + quick).map { client.post("tools/call", "{\"name\":\"koubou_wait_for_tasks\",\"arguments\":{\"task_ids\":[\($0)]}}") }
        #expect(try client.value(client.ask("ping"), "$.result") == "{}", "others are answered")
        #expect(calls.allSatisfy { !client.hasAnswer(to: $0) })
        gates[3].open()
        // One worker is free now: it ends its own task, and all that are quick.
        for call in calls[3...] { #expect(try client.value(client.answer(to: call), "$.result.structuredContent.done") == "1") }
        #expect(calls[..<3].allSatisfy { !client.hasAnswer(to: $0) })
        for gate in gates { gate.open() }
        for call in calls[..<3] { #expect(try client.value(client.answer(to: call), "$.result.structuredContent.done") == "1") }
        supervisor.signal(SIGTERM)
    }

    @Test func anyIsAnsweredWithTheFirst() throws {
        let home = try Home.forDelegation("[pool]\nmin = 2\nmax = 2\n")
        let supervisor = try home.startSupervisor()
        let gates = try (0..<2).map { try Gate(in: home, named: "gate\($0)") }
        let client = try MCPClient(home)
        try client.handshake()
        client.patience = MCPClient.lessThanAWait
        let tasks = try gates.map { try client.delegate($0.command) }
        let call = client.post("tools/call", "{\"name\":\"koubou_wait_for_tasks\",\"arguments\":{\"task_ids\":[\(tasks.joined(separator: ","))],\"mode\":\"any\"}}")
        gates[1].open()
        let answer = try client.answer(to: call)
        #expect(try client.value(answer, "$.result.structuredContent.pending") == "[\(tasks[0])]")
        gates[0].open()
        supervisor.signal(SIGTERM)
    }

    @Test func theStateSoFarIsToldWhenTheTimeIsUp() throws {
        let client = try MCPClient(try Home.forDelegation())
        try client.handshake()
        client.patience = MCPClient.lessThanAWait
        let task = try client.delegate("true")
        for timeout in ["0", "0.1"] {
            let told = try client.call("wait_for_tasks", "{\"task_ids\":[\(task)],\"timeout\":\(timeout)}")
            #expect(try client.value(told, "$.done") == "0" && client.value(told, "$.pending") == "[\(task)]")
            #expect(try client.value(told, "$.next").contains("koubou_wait_for_tasks again"))
            #expect(try client.value(told, "$.note").contains("no supervisor runs"))
        }
    }

    @Test func progressRisesForThoseWhoAskForIt() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        try client.handshake()
        client.patience = MCPClient.lessThanAWait
        let tasks = try (0..<3).map { _ in try client.delegate("true") }
        let wait = "{\"name\":\"koubou_wait_for_tasks\",\"arguments\":{\"task_ids\":[\(tasks.joined(separator: ","))]}"
        let quiet = client.post("tools/call", wait + "}")
        let loud = client.post("tools/call", wait + ",\"_meta\":{\"progressToken\":\"p-1\"}}")
        for task in tasks { try home.run(["koubou-worker", "--once"]); _ = task }
        #expect(try client.value(client.answer(to: loud), "$.result.structuredContent.done") == "1")
        _ = try client.answer(to: quiet)
        let told = try client.told("notifications/progress")
        #expect(try told.allSatisfy { try client.value($0, "$.progressToken") == "p-1" && client.value($0, "$.total") == "3" })
        let counts = try told.map { try #require(Int(client.value($0, "$.progress"))) }
        #expect(counts.last == 3 && zip(counts, counts.dropFirst()).allSatisfy { $0 < $1 }, "\(counts)")
    }

    @Test func aCancelledCallEndsAtOnceAndTheTaskGoesOn() throws {
        let home = try Home.forDelegation()
        let supervisor = try home.startSupervisor()
        let gate = try Gate(in: home)
        let client = try MCPClient(home)
        try client.handshake()
        client.patience = MCPClient.lessThanAWait
        let task = try client.delegate("\(gate.command); echo done")
        let calls = (0..<2).map { _ in client.post("tools/call", "{\"name\":\"koubou_wait_for_tasks\",\"arguments\":{\"task_ids\":[\(task)]}}") }
        client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\(calls[0]),\"reason\":\"enough\"}}")
        client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":4711}}")
        gate.open()
        #expect(try client.value(client.answer(to: calls[1]), "$.result.structuredContent.tasks[0].status") == "completed")
        _ = try client.ask("ping")
        #expect(!client.hasAnswer(to: calls[0]), "who has cancelled gets no answer")
        #expect(try home.koubouctl("result", task).text == "done")
        supervisor.signal(SIGTERM)
    }

    @Test func aTaskThatIsPrunedIsWaitedForNoMore() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        try client.handshake()
        client.patience = MCPClient.lessThanAWait
        let task = try client.delegate("true")
        let other = try client.delegate("true")
        let call = client.post("tools/call", "{\"name\":\"koubou_wait_for_tasks\",\"arguments\":{\"task_ids\":[\(task)]}}")
        _ = try client.ask("ping")
        // Both in one transaction, so that no event tells.
        try home.shell("sqlite3 -cmd '.timeout 100000' home/db/koubou.db 'DELETE FROM task_event; DELETE FROM task_master WHERE task_id = \(task)'")
        #expect(try client.value(client.answer(to: call), "$.result.structuredContent.pending") == "[]")
        #expect(try client.value(client.call("get_task_status", "{\"task_ids\":[\(other)]}"), "$.tasks[0].status") == "pending")
    }

    @Test func nobodyIsLeftInTheListOfListeners() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        try client.handshake()
        client.patience = MCPClient.lessThanAWait
        let task = try client.delegate("true")
        let call = client.post("tools/call", "{\"name\":\"koubou_wait_for_tasks\",\"arguments\":{\"task_ids\":[\(task)]}}")
        try eventually(1) { try home.listeners() }
        _ = try client.call("cancel_task", "{\"task_id\":\(task)}")
        _ = try client.answer(to: call)
        try eventually(0) { try home.listeners() }
    }
}
