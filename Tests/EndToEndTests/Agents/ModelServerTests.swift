import Glibc
import KoubouCore
import Testing

/// Types that ask a model server, against one that says what the test tells it to.
@Suite struct ModelServerTests {
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n"
    private static let end =
        #"{"model":"m","message":{"content":""},"done":true,"prompt_eval_count":5,"eval_count":9,"eval_duration":3000000000}"# + "\n"

    private static func says(_ text: String) -> String { #"{"message":{"content":"\#(text)"},"done":false}"# + "\n" }

    private static func refuses(_ status: String, _ body: String = "") -> StubServer.Step {
        .send("HTTP/1.1 \(status)\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// A home whose `general` asks `server`.
    private func home(_ server: StubServer, _ more: String = "") throws -> Home {
        let home = try Home()
        try home.configure("[type general]\nurl = \(server.url)/\nmodel = m\nbackoff_min = 0\n\(more)\n")
        return home
    }

    @Test func theAnswerIsTheResult() throws {
        let server = try StubServer { _, _ in [.send(Self.head + Self.says("Grüße, ") + Self.says("you") + Self.end)] }
        let home = try home(server, "system = be brief\noptions = {\"seed\":1}\nkeep_alive = 5m")
        let task = try home.handIn("-t", "general", "--meta", "model=other", "say \"hello\"\n\t\\")
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try home.koubouctl("result", task).stdout == Array("Grüße, you".utf8))
        let shown = try home.koubouctl("show", "--json", task).text
        #expect(try home.json(shown, "$.metadata.output_tokens") == "9")
        #expect(try home.json(shown, "$.metadata.tokens_per_second") == "3.0")
        let request = try #require(server.requests.first)
        #expect(request.line == "POST /api/chat HTTP/1.1")
        #expect(try home.json(request.body, "$.model") == "other")
        #expect(try home.json(request.body, "$.messages[0].content") == "be brief")
        #expect(try home.json(request.body, "$.messages[1].content") == "say \"hello\"\n\t\\")
        #expect(try home.json(request.body, "$.options.seed") == "1")
    }

    /// What the doctor says of the model, by the server's answers to `/api/tags` and `/api/ps`.
    @Test(arguments: [
        ("\"size\":1000", "", "ok", "m:latest: 1000 bytes × 2 at once, of "),
        ("\"size\":1000", "{\"name\":\"m:latest\",\"size\":4398046511104,\"size_vram\":0}", "warn", "m:latest: 4096 GiB × 2 at once is more than"),
        ("\"size\":1000", "{\"name\":\"m:latest\",\"size\":4096,\"size_vram\":1024}", "warn", "1 KiB of 4 KiB are on the GPU"),
        ("\"size\":1000", "{\"name\":\"other\",\"size\":4398046511104,\"size_vram\":0}", "ok", "1000 bytes × 2"),
        ("\"size\":\"big\"", "7,null", nil, ""),
    ])
    func theDoctorAsksWhetherItFits(tags: String, loaded: String, status: String?, text: String) throws {
        let server = try StubServer { request, _ in
            let models = request.line.hasPrefix("GET /api/ps ") ? loaded : "{\"name\":\"m:latest\",\(tags)}"
            return [.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"models\":[\(models)]}")]
        }
        let home = try home(server, "concurrency = 2")
        let output = try home.koubouctl("doctor")
        let line = output.lines.first { $0.contains(" model general: ") }
        #expect(line?.hasPrefix(status ?? "?") ?? (status == nil), "\(output.text)")
        #expect(line?.contains(text) ?? true, "\(line ?? "")")
        #expect(server.requests.map(\.line) == ["GET /api/tags HTTP/1.1", "GET /api/ps HTTP/1.1"])
    }

    @Test func wordsAreSeenAsTheyCome() throws {
        let latch = try Latch()
        let server = try StubServer { _, _ in
            [.send(Self.head + Self.says("first ")), .await(latch), .send(Self.says("second") + Self.end)]
        }
        let home = try home(server)
        let supervisor = try home.startSupervisor()
        let task = try home.handIn("-t", "general", "a secret question")
        let follower = try home.start("koubouctl", "logs", "-f", task)
        try eventually("first ") { follower.stdout }
        // Neither in an argument list nor in an environment that others could read.
        let curl = home.processes(of: task)
        #expect(!curl.isEmpty)
        for process in curl {
            for file in ["cmdline", "environ"] {
                let text = String(decoding: (try? readFile("/proc/\(process)/\(file)")) ?? [], as: UTF8.self)
                #expect(!text.contains("secret question"))
            }
        }
        latch.open()
        #expect(try follower.status() == 0)
        #expect(follower.stdout == "first second")
        #expect(supervisor.isRunning)
    }

    @Test func aFullQueueUsesUpNoAttempt() throws {
        let server = try StubServer { _, number in
            number < 3
                ? [Self.refuses("503 Service Unavailable", #"{"error":"server busy, please try again"}"#)]
                : [.send(Self.head + Self.says("at last") + Self.end)]
        }
        let home = try home(server, "max_attempts = 1")
        let task = try home.handIn("-t", "general", "x")
        let supervisor = try home.startSupervisor()
        #expect(try home.end(of: task) == 0)
        #expect(try home.outcomes(of: task) == "deferred deferred deferred completed")
        #expect(try home.field("attempt", of: task) == "1")
        #expect(supervisor.isRunning)
    }

    @Test func aCutStreamIsAFailedAttempt() throws {
        let server = try StubServer { _, number in
            number == 0 ? [.send(Self.head + Self.says("half of"))] : [.send(Self.head + Self.says("whole") + Self.end)]
        }
        let home = try home(server)
        let task = try home.handIn("-t", "general", "x")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.outcomes(of: task) == "failed completed")
        #expect(try home.koubouctl("result", task).text == "whole")
    }

    @Test func aMissingModelFailsAtOnce() throws {
        let server = try StubServer { _, _ in [Self.refuses("404 Not Found", #"{"error":"model 'm' not found"}"#)] }
        let home = try home(server)
        let task = try home.handIn("-t", "general", "x")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.outcomes(of: task) == "failed")
        #expect(try home.field("error", of: task) == "model 'm' not found: run: ollama pull m")
    }

    @Test(arguments: [
        ("options=[1", "options is not a JSON object"), (#"options={"temperature":0},"model":"evil"#, "options is not a JSON object"),
        (#"format={"type":"#, "format is not a JSON schema"),
    ])
    func whatATaskAsksForIsCheckedBeforeItIsSent(metadata: String, error: String) throws {
        let server = try StubServer { _, _ in [.send(Self.head + Self.says("ok") + Self.end)] }
        let home = try home(server)
        let task = try home.handIn("-t", "general", "--meta", metadata, "x")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.outcomes(of: task) == "failed")
        #expect(try home.field("error", of: task).hasPrefix(error))
        #expect(server.requests.isEmpty)
    }

    @Test func whatIsNoJSONMayHaveBeenAPartOfTheAnswer() throws {
        let server = try StubServer { _, number in
            [.send(Self.head + Self.says("half") + (number == 0 ? "<html>nope\n" : Self.says(" whole")) + Self.end)]
        }
        let home = try home(server)
        let task = try home.handIn("-t", "general", "x")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.outcomes(of: task) == "failed completed")
        #expect(try home.koubouctl("result", task).text == "half whole")
    }

    @Test func anAddressThatIsWrongFailsAtOnce() throws {
        let server = try StubServer { _, _ in [Self.refuses("404 Not Found", #"{"detail":"Not Found"}"#)] }
        let home = try Home()
        try home.configure("[type gpt]\nexecutor = openai\nurl = \(server.url)/v2\nmodel = g\n")
        let task = try home.handIn("-t", "gpt", "x")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.outcomes(of: task) == "failed")
        #expect(try home.field("error", of: task) == "\(server.url)/v2 refuses the request, status 404: Not Found")
    }

    @Test func aKeyThatTheServerRepeatsIsNotStored() throws {
        let server = try StubServer { _, _ in [Self.refuses("401 Unauthorized", #"{"error":{"message":"bad key top-secret-key"}}"#)] }
        let home = try Home()
        try home.write("top-secret-key\n", to: "key", mode: 0o600)
        try home.configure("[type gpt]\nexecutor = openai\nurl = \(server.url)/v1\nmodel = g\nkey_file = \(home.folder)/key\n")
        let task = try home.handIn("-t", "gpt", "x")
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try home.field("error", of: task).contains("refuses the key, status 401: its words hold the key"))
        #expect(try home.shell("grep -r top-secret-key home").status == 1)
    }

    @Test func noServerIsTriedAgain() throws {
        let home = try Home()
        try home.configure("[type general]\nurl = http://127.0.0.1:1\nmodel = m\nbackoff_min = 0\n")
        let task = try home.handIn("-t", "general", "x")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.outcomes(of: task) == "failed failed failed")
        #expect(try home.field("error", of: task).contains("is Ollama running? start it: ollama serve"))
    }

    @Test func cancelEndsTheQuestion() throws {
        let latch = try Latch()
        let server = try StubServer { _, _ in [.send(Self.head + Self.says("hm")), .await(latch)] }
        let home = try home(server)
        let supervisor = try home.startSupervisor()
        let task = try home.handIn("-t", "general", "x")
        try eventually(false) { home.processes(of: task).isEmpty }
        #expect(try home.koubouctl("cancel", task).status == 0)
        #expect(try home.state(of: task) == .cancelled)
        #expect(home.processes(of: task).isEmpty)
        #expect(supervisor.isRunning)
    }

    @Test func aServerLikeOpenAIsIsAsked() throws {
        let server = try StubServer { _, _ in
            [
                .send(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                        + #"data: {"model":"g","choices":[{"delta":{"content":"Hello"}}]}"# + "\n\n"
                        + #"data: {"choices":[{"delta":{},"finish_reason":"stop"}]}"# + "\n\ndata: [DONE]\n\n")
            ]
        }
        let home = try Home()
        try home.write("top-secret-key\n", to: "key", mode: 0o600)
        try home.configure("[type gpt]\nexecutor = openai\nurl = \(server.url)/v1\nmodel = g\nkey_file = \(home.folder)/key\n")
        let task = try home.handIn("-t", "gpt", "x")
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try home.koubouctl("result", task).text == "Hello")
        let request = try #require(server.requests.first)
        #expect(request.line == "POST /v1/chat/completions HTTP/1.1")
        #expect(request.head.contains("\nAuthorization: Bearer top-secret-key"))
        #expect(try home.shell("grep -r top-secret-key home").status == 1, "neither in the database nor in a log")

        chmod(home.folder + "/key", 0o644)
        let refused = try home.handIn("-t", "gpt", "x")
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try home.field("error", of: refused).contains("chmod 600"))
        #expect(server.requests.count == 1)
    }
}
