import Glibc
import KoubouCore
import Testing

/// The page as it is sent; what it does is tested in a browser.
@Suite struct PageTests {
    @Test func itIsOneFileThatIsSentOnce() throws {
        let served = try ServedHome(Home.served())
        let page = try served.get("/")
        #expect(page.status == 200)
        #expect(page.header("content-type") == "text/html; charset=utf-8")
        #expect(page.body.count < 100_000)
        #expect(!page.text.contains("http://") || !page.text.contains("src=\"http"))
        let tag = try #require(page.header("etag"))
        let again = try served.ask("GET", "/", nil, "If-None-Match: \(tag)")
        #expect(again.status == 304 && again.body.isEmpty && again.header("content-length") == nil)
        #expect(again.header("etag") == tag && again.header("content-security-policy") == page.header("content-security-policy"))
        #expect(try served.ask("GET", "/", nil, "If-None-Match: \"other\", W/\(tag)").status == 304)
        #expect(try served.ask("GET", "/", nil, "If-None-Match: \"other\"").status == 200)
        let head = try served.ask("HEAD", "/")
        #expect(head.status == 200 && head.header("content-length") == "\(page.body.count)")
        #expect(try served.post("/").status == 405)
    }

    @Test func onlyItsOwnScriptRuns() throws {
        let served = try ServedHome(Home.served())
        let page = try served.get("/")
        let policy = try #require(page.header("content-security-policy"))
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe") && !policy.contains("*"))
        for tag in ["script", "style"] {
            let parts = page.text.components(between: "<\(tag)>", "</\(tag)>")
            #expect(parts.count == 1)
            #expect(policy.contains("\(tag)-src 'sha256-\(base64(SecureHash.sha256(Array(parts[0].utf8))))'"))
        }
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", " onclick=", "style=\"", "localStorage"] {
            #expect(!page.text.contains(word), "\(word)")
        }
    }

    /// It holds nothing of the queue, and asks for a token itself.
    @Test func anybodyMayHaveIt() throws {
        let served = try ServedHome(Home.served())
        #expect(try served.ask("GET", "/", nil, "X-Forwarded-For: 192.0.2.1", "Host: queue.example.org").status == 200)
        #expect(try served.ask("GET", "/stats", nil, "X-Forwarded-For: 192.0.2.1").status == 401)
    }

    @Test func typesArePausedAndResumed() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        func paused(_ path: String, _ body: String?) throws -> String { try home.json(served.post(path, body).text, "$.paused") }
        #expect(try paused("/pause", #"{"type":"shell"}"#) == #"["shell"]"#)
        #expect(try paused("/pause", "{}") == #"["all","shell"]"#)
        #expect(try paused("/resume", #"{"type":"shell"}"#) == #"["all"]"#)
        #expect(try paused("/resume", nil) == "[]")
        #expect(try served.post("/pause", #"{"type":"none"}"#).status == 422)
        #expect(try served.post("/pause", #"{"type":1}"#).status == 400)
        #expect(try served.post("/pause", #"{"typ":"shell"}"#).status == 400)
        let token = try home.koubouctl("token", "--right", "submit", "s").text
        #expect(try served.ask("POST", "/pause", "{}", "Authorization: Bearer \(token)").status == 403)
    }

    @Test func aTaskIsToldWithItsPromptAndAttempts() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let task = try home.handIn("--env", "SECRET=x", "echo; exit 3")
        _ = try home.startSupervisor()
        _ = try home.end(of: task)
        let json = try served.get("/task/\(task)").text
        #expect(try home.json(json, "$.prompt") == "echo; exit 3")
        #expect(try home.json(json, "$.summary") == "echo; exit 3")
        #expect(try home.json(json, "$.attempts[0].outcome") == "failed")
        #expect(!json.contains("SECRET"))
        #expect(try served.get("/task/99").status == 404)
        let long = try served.delegate("{\"prompt\":\"" + String(repeating: "é", count: 70_000) + "\"}")
        let cut = try served.get("/task/\(long)").text
        #expect(try home.json(cut, "$.prompt").count == 65_536)
        #expect(try home.json(cut, "$.prompt_truncated") == "1")
    }

    @Test func theHistoryIsTold() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        _ = try home.startSupervisor()
        for _ in 0..<3 { #expect(try home.end(of: home.handIn("true")) == 0) }
        _ = try home.end(of: home.handIn("false"))
        _ = try home.handIn("--delay", "1h", "true")
        func sum(_ path: String, _ member: String) throws -> Double {
            let list = try home.json(served.get(path).text, "$.\(member)")
            return try home.queue().json.elements(ofJSON: list).reduce(0) { $0 + (Double($1) ?? .nan) }
        }
        #expect(try served.value("/history", "$.complete") == "1")
        for path in ["/history", "/history?span=day"] {
            #expect(try sum(path, "completed") == 3)
            #expect(try sum(path, "failed") == 1)
        }
        try home.koubouctl("pause")
        let waiting = try home.handIn("true")
        #expect(try served.value("/history", "$.now.pending") == "1")
        #expect(try home.queue().json.elements(ofJSON: served.value("/history", "$.pending")).count == 60)
        #expect(try home.queue().json.elements(ofJSON: served.value("/history?span=day", "$.pending")).count == 96)
        #expect(try served.get("/history?span=week").status == 400)
        // A gateway that comes later knows of it, too.
        let later = try ServedHome(home)
        #expect(try home.queue().json.elements(ofJSON: later.value("/history", "$.completed")).compactMap { Int($0) }.reduce(0, +) == 3)
        try home.koubouctl("cancel", waiting)
    }

    @Test func tasksAreSearched() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        for number in 1...5 { _ = try home.handIn("--title", "Build \(number)", "true") }
        _ = try home.handIn("--tag", "needle", "true")
        #expect(try served.value("/tasks?search=NEEDLE", "$.tasks[0].task_id") == "6")
        #expect(try served.value("/tasks?search=build%204", "$.tasks[0].task_id") == "4")
        #expect(try served.value("/tasks?search=build&limit=2", "$.next") == "4")
        #expect(try served.value("/tasks?search=build&limit=2&cursor=4", "$.tasks[0].task_id") == "3")
        #expect(try served.value("/tasks?search=nothing", "$.tasks") == "[]")
    }
}

extension String {
    /// What stands between each pair of `start` and `end`.
    fileprivate func components(between start: String, _ end: String) -> [String] {
        split(separator: start).dropFirst().map { String($0.split(separator: end, maxSplits: 1, omittingEmptySubsequences: false)[0]) }
    }
}
