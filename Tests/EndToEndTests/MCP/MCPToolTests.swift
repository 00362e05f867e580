import Glibc
import KoubouCore
import Testing

extension Home {
    /// A home in which scripts may be delegated, and no supervisor runs.
    static func forDelegation(_ more: String = "") throws -> Home {
        let home = try Home()
        try home.configure("[mcp]\nallow_types = shell, exec, code\n\(more)")
        return home
    }
}

/// Each tool of `koubouctl mcp`, with a pool behind it.
@Suite struct MCPToolTests {
    @Test func aTaskIsDelegatedWaitedForAndRead() throws {
        let home = try Home.forDelegation()
        let supervisor = try home.startSupervisor()
        let gate = try Gate(in: home)
        let client = try MCPClient(home)
        try client.handshake()
        let brief = try client.call(
            "delegate_task",
            "{\"type\":\"shell\",\"prompt\":\"\(gate.command); pwd; echo late >&2\",\"title\":\"t\",\"priority\":8,\"timeout\":500,\"key\":\"k\"}")
        let task = try client.value(brief, "$.task_id")
        #expect(try client.value(brief, "$.note") == "", "a supervisor runs")
        #expect(try client.value(client.call("delegate_task", #"{"type":"shell","prompt":"x","key":"k"}"#), "$.task_id") == task)
        gate.open()
        let waited = try client.call("wait_for_tasks", "{\"task_ids\":[\(task)]}")
        #expect(try client.value(waited, "$.done") == "1" && client.value(waited, "$.pending") == "[]")
        #expect(try client.value(waited, "$.tasks[0].status") == "completed")
        let result = try client.call("get_task_result", "{\"task_id\":\(task)}")
        #expect(try client.value(result, "$.output") == home.folder + "\n", "the folder that the server was started in")
        #expect(try client.value(client.call("get_task_result", "{\"task_id\":\(task),\"stream\":\"stderr\"}"), "$.output") == "late\n")
        #expect(try home.field("title", of: task) == "t" && home.field("priority", of: task) == "8")
        #expect(try home.field("timeout", of: task) == "500")
        supervisor.signal(SIGTERM)
    }

    @Test func aBatchIsStoredAsAWhole() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        try client.handshake()
        let first = try client.delegate("true")
        let batch = try client.call(
            "delegate_batch",
            """
            {"tasks":[{"type":"shell","prompt":"a","depends_on":[\(first)]},{"type":"exec","argv":["true","x y"]},{"type":"code","prompt":"c","cwd":"/"}]}
            """)
        let ids = try (0..<3).map { try client.value(batch, "$.task_ids[\($0)]") }
        #expect(try home.field("status", of: ids[0]) == "blocked")
        #expect(try home.field("argv", of: ids[1]) == #"["true","x y"]"#)
        #expect(try home.field("cwd", of: ids[2]) == "/" && home.field("max_attempts", of: ids[2]) == "3")
        #expect(try client.value(batch, "$.note").contains("koubouctl start"), "nobody would run them")
        let mistake = try client.mistake("delegate_batch", #"{"tasks":[{"type":"shell","prompt":"a"},{"type":"shell","prompt":"b","priority":11}]}"#)
        #expect(mistake == "tasks[1]: priority is 11: give a whole number from 1 to 10: nothing was stored")
        #expect(try home.koubouctl("list").lines.count == 5)
    }

    @Test func longOutputsComeInPages() throws {
        let home = try Home.forDelegation()
        let supervisor = try home.startSupervisor()
        let client = try MCPClient(home)
        try client.handshake()
        // More than the database keeps, and characters that a page must not cut.
        let task = try client.delegate("i=0; while [ $i -lt 4000 ]; do echo \"$i 工房 🙂\"; i=$((i+1)); done")
        #expect(try client.value(client.call("wait_for_tasks", "{\"task_ids\":[\(task)]}"), "$.done") == "1")
        var (whole, offset, pages) = ("", "0", 0)
        while !offset.isEmpty {
            let page = try client.call("get_task_result", "{\"task_id\":\(task),\"offset\":\(offset),\"limit\":9973}")
            whole += try client.value(page, "$.output")
            #expect(try client.value(page, "$.output").utf8.count <= 9973)
            offset = try client.value(page, "$.next_offset")
            pages += 1
        }
        #expect(pages > 5)
        #expect(Array(whole.utf8) == (try home.koubouctl("result", task).stdout))
        supervisor.signal(SIGTERM)
    }

    @Test func whatATaskHasWrittenSoFarIsRead() throws {
        let home = try Home.forDelegation()
        let supervisor = try home.startSupervisor()
        let gate = try Gate(in: home)
        let client = try MCPClient(home)
        try client.handshake()
        let task = try client.delegate("echo first; \(gate.command); echo second")
        try eventually("first\n") { try client.value(client.call("get_task_result", "{\"task_id\":\(task)}"), "$.output") }
        gate.open()
        #expect(try client.value(client.call("wait_for_tasks", "{\"task_ids\":[\(task)]}"), "$.done") == "1")
        #expect(try client.value(client.call("get_task_result", "{\"task_id\":\(task),\"offset\":6}"), "$.output") == "second\n")
        supervisor.signal(SIGTERM)
    }

    @Test func cancelReturnsWhenTheProcessesAreGone() throws {
        let home = try Home.forDelegation("[task]\nkill_grace = 200ms\n")
        let supervisor = try home.startSupervisor()
        let gate = try Gate(in: home)
        let client = try MCPClient(home)
        try client.handshake()
        let task = try client.delegate("trap '' TERM; echo up; \(gate.command); \(gate.command)")
        try eventually("up\n") { try client.value(client.call("get_task_result", "{\"task_id\":\(task)}"), "$.output") }
        try eventually(false) { home.processes(of: task).isEmpty }
        // It waits as long as an end takes by the settings; on a busy machine that may not be enough.
        try eventually("cancelled") { try client.value(client.call("cancel_task", "{\"task_id\":\(task)}"), "$.status") }
        #expect(home.processes(of: task).isEmpty)
        #expect(try client.value(client.call("cancel_task", "{\"task_id\":\(task)}"), "$.status") == "cancelled", "again")
        gate.open()
        #expect(try client.value(client.call("retry_task", "{\"task_id\":\(task)}"), "$.task_id") == task)
        #expect(try client.value(client.call("wait_for_tasks", "{\"task_ids\":[\(task)]}"), "$.tasks[0].status") == "completed")
        #expect(try client.mistake("retry_task", "{\"task_id\":\(task)}").contains("only failed, cancelled"))
        supervisor.signal(SIGTERM)
    }

    @Test func tasksAreListedAPageAtATime() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        try client.handshake()
        for _ in 0..<5 { _ = try client.delegate("true") }
        _ = try client.call("cancel_task", #"{"task_id":2}"#)
        let page = try client.call("list_tasks", #"{"limit":2}"#)
        #expect(try client.value(page, "$.tasks[0].task_id") == "5" && client.value(page, "$.next_before_id") == "4")
        let last = try client.call("list_tasks", #"{"limit":9,"before_id":4,"status":["pending","cancelled"],"type":"shell"}"#)
        #expect(try client.value(last, "$.tasks[2].task_id") == "1" && client.value(last, "$.next_before_id") == "")
        #expect(try client.value(client.call("list_tasks", #"{"status":["cancelled"]}"#), "$.tasks[0].task_id") == "2")
        #expect(try client.value(client.call("get_task_status", #"{"task_ids":[2,3]}"#), "$.tasks[1].status") == "pending")
    }

    @Test func statisticsAndTheDoctorTellOfThePool() throws {
        let home = try Home.forDelegation()
        let supervisor = try home.startSupervisor()
        let client = try MCPClient(home)
        try client.handshake()
        _ = try client.delegate("true", #""title":"x""#)
        let statistics = try client.call("get_system_stats")
        #expect(try client.value(statistics, "$.supervisor.running") == "1")
        #expect(try client.value(statistics, "$.tasks.by_type.shell") != "")
        let health = try client.call("doctor")
        #expect(try client.value(health, "$.findings[0].check") == "home")
        #expect(health.contains(#""check":"supervisor","status":"ok""#))
        supervisor.signal(SIGTERM)
    }

    /// The model is told what was wrong, and what to do instead.
    @Test(arguments: [
        ("delegate_task", #"{"prompt":"x"}"#, "type is missing: give one of shell, exec, code"),
        ("delegate_task", #"{"type":"general","prompt":"x"}"#, "allow_types in [mcp]"),
        ("delegate_task", #"{"type":"shell"}"#, "prompt is missing"),
        ("delegate_task", #"{"type":"shell","prompt":7}"#, "prompt is 7"),
        ("delegate_task", #"{"type":"shell","promt":"x"}"#, "did you mean 'prompt'?"),
        ("delegate_task", #"{"type":"shell","prompt":"x","priority":true}"#, "priority is true"),
        ("delegate_task", #"{"type":"shell","prompt":"x","cwd":"relative"}"#, "cwd is no absolute path"),
        ("delegate_task", #"{"type":"shell","prompt":"x","cwd":"/not/there"}"#, "cwd '/not/there' is no folder"),
        ("delegate_task", #"{"type":"shell","prompt":"x","timeout":-1}"#, "timeout is -1"),
        ("delegate_task", #"{"type":"shell","prompt":"x","timeout":1e300}"#, "timeout is"),
        ("delegate_task", #"{"type":"shell","prompt":"x","depends_on":[4711]}"#, "no task 4711: see koubou_list_tasks"),
        ("delegate_task", #"{"type":"exec","argv":[]}"#, "argv names no program"),
        ("delegate_batch", #"{"tasks":[]}"#, "give 1 to 1000"), ("delegate_batch", #"{"tasks":[7]}"#, "tasks[0]: it is no object"),
        ("delegate_batch", "{}", "tasks is missing"),
        ("get_task_status", #"{"task_ids":[1,2]}"#, "no task 1, 2: see koubou_list_tasks"),
        ("get_task_result", #"{"task_id":1}"#, "no task 1"), ("get_task_result", "{}", "task_id is missing"),
        ("get_task_result", #"{"task_id":1,"limit":1}"#, "limit is 1"),
        ("wait_for_tasks", #"{"task_ids":[7]}"#, "no task 7"),
        ("wait_for_tasks", #"{"task_ids":[7],"mode":"some"}"#, "give one of all, any"),
        ("list_tasks", #"{"status":["done"]}"#, "status holds 'done'"), ("list_tasks", #"{"limit":0}"#, "limit is 0"),
        ("cancel_task", #"{"task_id":9223372036854775807}"#, "no task 9223372036854775807"),
        ("retry_task", #"{"task_id":"1"}"#, "task_id is '1'"), ("doctor", #"{"x":1}"#, "leave it out"),
    ])
    func mistakesAreAnswersThatTellHowToMendThem(tool: String, arguments: String, words: String) throws {
        let client = try MCPClient(try Home.forDelegation())
        try client.handshake()
        let told = try client.mistake(tool, arguments)
        #expect(told.contains(words), "\(told)")
        #expect(try client.value(client.call("list_tasks"), "$.tasks") == "[]", "nothing was stored")
    }

    @Test func onlyAllowedTypesAreDelegated() throws {
        let home = try Home()
        let client = try MCPClient(home)
        try client.handshake()
        #expect(try client.mistake("delegate_task", #"{"type":"shell","prompt":"id"}"#).contains("use one of code, general"))
        let tools = try client.ask("tools/list")
        #expect(try client.value(tools, "$.result.tools[0].inputSchema.properties.type.enum") == #"["code","general"]"#)
        // A change of the file has effect at once.
        try home.configure("[mcp]\nallow_types = none\n")
        #expect(try client.mistake("delegate_task", #"{"type":"code","prompt":"id"}"#).contains("none is allowed"))
        try home.configure("[mcp]\nallow_types = shell\n")
        _ = try client.delegate("id")
        try home.configure("[mcp]\nallow_type = shell\n")
        #expect(try client.mistake("delegate_task", #"{"type":"shell","prompt":"id"}"#).contains("allow_type"), "the line is named")
        #expect(try client.value(client.ask("tools/list"), "$.result.tools[9].name") == "koubou_doctor")
    }
}
