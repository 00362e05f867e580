import Glibc
import KoubouCore
import Testing

/// What each endpoint gives to whom may come in.
@Suite struct EndpointTests {
    @Test func aTaskIsHandedInRunAndRead() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let answer = try served.post("/task/delegate", #"{"prompt":"hello","priority":8}"#)
        #expect(answer.text == #"{"task_id":1,"status":"pending"}"#)
        #expect(answer.header("content-type") == "application/json")
        #expect(try served.value("/task/1/status", "$.result") == "")
        #expect(try served.value("/task/1/status", "$.priority") == "8")
        #expect(try home.field("type", of: "1") == "general")
        _ = try home.startSupervisor()
        try eventually("completed") { try served.value("/task/status/1", "$.status") }
        #expect(try served.value("/task/1/status", "$.result") == #"{"success":true,"output":"hello","error":null}"#)
        #expect(try served.value("/task/1/status", "$.created_at").count == 23)
    }

    @Test func syncWaitsForAWorker() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let waiting = try served.connect()
        waiting.send(HTTPConnection.text("POST", "/task/delegate", #"{"content":"hi","sync":true}"#, []))
        // Others are served meanwhile; nobody but a worker runs the task.
        try eventually("1") { try served.value("/stats", "$.tasks.pending") }
        _ = try home.startSupervisor()
        let answer = try waiting.answer()
        #expect(answer.status == 200)
        #expect(try home.json(answer.text, "$.result.output") == "hi")
        let failed = try served.post("/task/delegate", #"{"type":"shell","prompt":"echo no; exit 3","sync":true}"#)
        #expect(try home.json(failed.text, "$.result") == #"{"success":false,"output":"no\n","error":"exit status 3"}"#)
        let slow = try served.post("/task/delegate", #"{"type":"shell","prompt":"sleep 1000","timeout":0.2,"sync":true}"#)
        #expect(try home.json(slow.text, "$.status") == "failed")
        #expect(try home.listeners() <= 1)
    }

    @Test(arguments: [
        ("{", "", 400), ("[]", "", 400), ("", "", 400), ("{}", "", 400), (#"{"prompt":1}"#, "prompt", 400),
        (#"{"prompt":"x","priority":11}"#, "priority", 400), (#"{"prompt":"x","prioritty":1}"#, "prioritty", 400),
        (#"{"prompt":"x","sync":1}"#, "sync", 400), (#"{"prompt":"x","sync":true,"sync":false}"#, "sync", 400),
        (#"{"prompt":"x","content":"y"}"#, "content", 400), (#"{"prompt":"\u0000"}"#, "prompt", 400),
        (#"{"prompt":"x","type":"none"}"#, "type", 422), (#"{"prompt":"x","type":"code"}"#, "type", 403),
        (#"{"argv":["true"]}"#, "type", 403), (#"{"prompt":"x","options":[1]}"#, "options", 400),
        (#"{"prompt":"x","files":["/etc/passwd"]}"#, "files", 422), (#"{"prompt":"x","files":["../x"]}"#, "files", 422),
        (#"{"prompt":"x","files":["link"]}"#, "files", 422), (#"{"prompt":"x","files":["pipe"]}"#, "files", 422),
        (#"{"prompt":"x","files":["home/koubou.conf"]}"#, "files", 422), (#"{"prompt":"x","files":["."]}"#, "files", 422),
        (#"{"prompt":"x","after":[9]}"#, "after", 422), (#"{"prompt":"x","files":["none"]}"#, "files", 422), (#"{"prompt":"x","output_file":"../o"}"#, "output_file", 422),
    ])
    func whatIsNoTaskIsRefused(_ body: String, _ field: String, _ status: Int) throws {
        let home = try Home.served()
        symlink("/etc/passwd", home.folder + "/link")
        mkfifo(home.folder + "/pipe", 0o600)
        let served = try ServedHome(home)
        let answer = try served.post("/task/delegate", body)
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.header("content-type") == "application/problem+json")
        #expect(try home.json(answer.text, "$.field") == field)
        #expect(try home.json(answer.text, "$.error") == home.json(answer.text, "$.detail"))
        #expect(try home.queue().taskCounts().isEmpty)
    }

    @Test func filesAreReadIntoThePrompt() throws {
        let home = try Home.served()
        try home.write("one\n", to: "a.txt")
        symlink("a.txt", home.folder + "/b.txt")
        let served = try ServedHome(home)
        let task = try served.delegate(
            #"{"prompt":"look","files":["a.txt","b.txt"],"options":{"temperature":0},"metadata":{"a":"b"}}"#)
        #expect(try home.field("prompt", of: task) == "look\n\n--- a.txt ---\none\n\n\n--- b.txt ---\none\n")
        #expect(try home.json(home.field("metadata", of: task), "$.options") == #"{"temperature":0}"#)
    }

    @Test func listsArePagedWhateverComesMeanwhile() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        for _ in 1...5 { _ = try home.handIn("--tag", "t", "true") }
        func ids(_ text: String) throws -> [String] {
            try home.queue().json.elements(ofJSON: home.json(text, "$.tasks")).map { try home.json($0, "$.task_id") }
        }
        let first = try served.get("/tasks?limit=2&tag=t&status=pending,failed").text
        #expect(try ids(first) == ["5", "4"])
        _ = try home.handIn("--tag", "t", "true")
        let second = try served.get("/tasks?limit=2&tag=t&cursor=\(home.json(first, "$.next"))").text
        #expect(try ids(second) == ["3", "2"])
        let third = try served.get("/tasks?limit=2&cursor=\(home.json(second, "$.next"))").text
        #expect(try ids(third) == ["1"])
        #expect(try home.json(third, "$.next") == "")
        #expect(try served.get("/tasks?type=code").text == #"{"tasks":[],"next":null}"#)
        for query in ["limit=0", "limit=x", "limit=1001", "cursor=-1", "status=done", "status="] {
            #expect(try served.get("/tasks?\(query)").status == 400, "\(query)")
        }
        #expect(try home.queue().json.elements(ofJSON: served.get("/tasks/pending?limit=4").text).count == 4)
    }

    @Test func theStatesHaveListsOfTheirOwn() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        _ = try home.startSupervisor("--max", "1")
        let gate = try Gate(in: home)
        let (done, running) = (try home.handIn("true"), try home.handIn("--env", "SECRET=x", gate.command))
        let waiting = try home.handIn("true")
        try eventually(.inProgress) { try home.state(of: running) }
        for (path, task) in [("active", running), ("pending", waiting), ("completed", done)] {
            let text = try served.get("/tasks/\(path)").text
            #expect(try home.json(text, "$[0].task_id") == task)
            #expect(try home.json(text, "$[1]") == "")
            #expect(!text.contains("SECRET"))
        }
        #expect(try served.value("/workers/status", "$.workers[0].task_id") == running)
        #expect(try served.value("/stats", "$.tasks.in_progress") == "1")
        gate.open()
    }

    @Test func anOutputIsReadWholeAndInParts() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        _ = try home.startSupervisor()
        let small = try home.handIn("printf 0123456789; printf err >&2")
        let large = try home.handIn("head -c 300000 /dev/zero | tr '\\0' x")
        #expect(try home.end(of: small, large) == 0)
        let whole = try served.get("/task/\(small)/output")
        #expect(whole.text == "0123456789")
        #expect(whole.header("content-type") == "text/plain; charset=utf-8")
        #expect(try served.get("/task/\(small)/output?stream=stderr").text == "err")
        #expect(try served.get("/task/\(small)/output?stream=x").status == 400)
        let part = try served.ask("GET", "/task/\(small)/output", nil, "Range: bytes=2-4")
        #expect(part.status == 206)
        #expect(part.text == "234")
        #expect(part.header("content-range") == "bytes 2-4/10")
        let none = try served.ask("GET", "/task/\(small)/output", nil, "Range: bytes=10-")
        #expect(none.status == 416)
        #expect(none.header("content-range") == "bytes */10")
        #expect(try served.get("/task/\(large)/output").body == [UInt8](repeating: 0x78, count: 300_000))
        let tail = try served.ask("GET", "/task/\(large)/output", nil, "Range: bytes=-70000")
        #expect(tail.body.count == 70_000)
        #expect(try served.ask("HEAD", "/task/\(large)/output").header("content-length") == "300000")
        let head = try served.ask("HEAD", "/task/\(small)/output", nil, "Range: bytes=2-4")
        #expect(head.status == 200, "only GET knows parts")
        let changed = try served.ask("GET", "/task/\(small)/output", nil, "Range: bytes=2-4", "If-Range: \"a\"")
        #expect(changed.status == 200, "what was got before is not known to be of the same output")
        #expect(changed.text == "0123456789")
        #expect(try served.get("/task/99/output").status == 404)
    }

    @Test func tasksAreCancelledTriedAgainAndMoved() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let task = try served.delegate(#"{"prompt":"x"}"#)
        #expect(try served.post("/task/\(task)/priority", #"{"priority":9}"#).status == 200)
        #expect(try home.field("priority", of: task) == "9")
        for body in [#"{"priority":11}"#, #"{"priority":"9"}"#, #"{"prio":9}"#, "{}", "x"] {
            #expect(try served.post("/task/\(task)/priority", body).status == 400, "\(body)")
        }
        #expect(try served.post("/task/\(task)/retry").status == 409)
        let cancelled = try served.post("/task/\(task)/cancel")
        #expect(cancelled.text == #"{"task_id":\#(task),"status":"cancelled","outcome":"cancelled"}"#)
        #expect(try home.json(served.post("/task/\(task)/cancel").text, "$.outcome") == "already_ended")
        #expect(try served.post("/task/\(task)/priority", #"{"priority":1}"#).status == 409)
        #expect(try served.post("/task/\(task)/retry", "{}").text == #"{"task_id":\#(task),"status":"pending"}"#)
        for path in ["99/cancel", "99/retry", "x/cancel", "-1/cancel", "99999999999999999999/retry"] {
            let answer = try served.post("/task/\(path)")
            #expect(answer.status == 404)
            #expect(try home.json(answer.text, "$.error") == "Task not found")
        }
    }

    @Test func itDescribesItself() throws {
        let served = try ServedHome(Home.served())
        #expect(try served.value("/openapi.json", "$.openapi") == "3.1.0")
        #expect(try served.value("/openapi.json", #"$.paths."/pool".patch.requestBody.required"#) == "1")
    }

    @Test func thePoolIsChanged() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        #expect(try home.json(served.ask("PATCH", "/pool", #"{"min":2,"max":7}"#).text, "$.max") == "7")
        #expect(try served.value("/pool", "$.min") == "2")
        #expect(try served.ask("PATCH", "/pool", #"{"min":9}"#).status == 422)
        for body in [#"{"max":"x"}"#, #"{"size":1}"#, "{}", #"{"min":[1]}"#, #"{"min":null}"#] {
            #expect(try served.ask("PATCH", "/pool", body).status == 400, "\(body)")
        }
        #expect(try served.value("/pool", "$.max") == "7")
    }

    @Test func healthAndLogsAreTold() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let sick = try served.get("/health")
        #expect(sick.status == 503)
        #expect(try home.json(sick.text, "$.reason") == "no supervisor runs")
        let supervisor = try home.startSupervisor()
        try eventually(200) { try served.get("/health").status }
        #expect(try served.value("/health", "$.status") == "healthy")
        #expect(try served.value("/health", "$.supervisor.pid") == "\(supervisor.pid)")
        try eventually(true) { try served.get("/logs/tail/worker_001").text.contains("worker started") }
        #expect(try served.value("/logs/recent?lines=1", "$.lines[1]") == "")
        #expect(try served.get("/logs/recent").text.contains("supervisor started"))
        for worker in ["worker_009", "..%2f..%2fkoubou.conf", "worker_1"] {
            #expect(try served.get("/logs/tail/\(worker)").status == 404)
        }
    }
}
