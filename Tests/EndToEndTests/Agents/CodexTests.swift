import Glibc
import KoubouCore
import Testing

/// Type `code` through the real Codex CLI, against a server that says what the test tells it to. The program is fetched by
/// `make test-agents`; without it these tests are left out.
@Suite(.enabled(if: CodexProgram.path != nil, "no Codex CLI in .build/agents: make test-agents fetches it"))
struct CodexTests {
    /// A home whose `code` is Codex, configured as its user would have it, with `server` for its models.
    private func home(_ server: StubServer, _ more: String = "") throws -> Home {
        let home = try Home()
        try home.shell("mkdir codex work")
        try home.write(
            """
            model = "stub-model"
            model_provider = "stub"
            [model_providers.stub]
            name = "stub"
            base_url = "\(server.url)/v1"
            wire_api = "responses"
            request_max_retries = 0
            stream_max_retries = 0
            """, to: "codex/config.toml")
        home.environment.append("CODEX_HOME=\(home.folder)/codex")
        let program = try #require(CodexProgram.path)
        try home.configure("[type code]\nexecutor = codex\ncommand = '\(program)'\nbackoff_min = 0\n\(more)\n")
        return home
    }

    /// Only questions count: Codex also asks for the list of models.
    private func server(_ answer: @escaping @Sendable (StubServer.Request, Int) -> [StubServer.Step]) throws -> StubServer {
        try StubServer { request, number in
            request.line.hasPrefix("POST ") ? answer(request, number) : [ResponsesStub.refuses("404 Not Found")]
        }
    }

    private func run(_ home: Home) throws { #expect(try home.run(["koubou-worker", "--once"]).status == 0) }

    @Test func theLastMessageIsTheResult() throws {
        let server = try server { request, _ in
            [request.body.contains("function_call_output") ? ResponsesStub.says("It said hi.") : ResponsesStub.runs("echo h''i; exit 3")]
        }
        let home = try home(server, "sandbox = danger-full-access")
        let task = try home.koubouctl(
            "submit", "-t", "code", "--meta", #"output_schema={"type":"object","properties":{},"additionalProperties":false}"#,
            "say hi", in: home.folder + "/work"
        ).text
        let supervisor = try home.startSupervisor()
        let follower = try home.start("koubouctl", "logs", "-f", task)
        #expect(try home.end(of: task) == 0)
        #expect(try home.koubouctl("result", task).text == "It said hi.")
        #expect(try follower.status() == 0)
        #expect(follower.stderr.contains("$ ") && follower.stderr.contains("\nhi\nexit status 3\nIt said hi.\n"))
        let shown = try home.koubouctl("show", "--json", task).text
        #expect(try home.json(shown, "$.metadata.model") == "stub-model")
        #expect(try home.json(shown, "$.metadata.session").count == 36)
        #expect(try home.json(shown, "$.metadata.input_tokens") == "20")
        let question = try #require(server.requests.first { $0.line.hasPrefix("POST /v1/responses") })
        #expect(question.body.contains("say hi"))
        #expect(question.body.contains("<cwd>\(home.folder)/work</cwd>"), "its working root")
        #expect(question.body.contains("\"additionalProperties\":false"), "the schema")
        supervisor.signal(SIGTERM)
    }

    @Test func anotherTaskGoesOnInTheSession() throws {
        let server = try server { _, number in [ResponsesStub.says(number < 1 ? "first answer" : "second answer")] }
        let home = try home(server)
        let first = try home.handIn("-t", "code", "first question")
        #expect(try home.koubouctl("submit", "-t", "code", "--continue", first, "x").status == 75, "it has not ended")
        try run(home)
        let second = try home.handIn("-t", "code", "--continue", first, "second question")
        try run(home)
        #expect(try home.koubouctl("result", second).text == "second answer")
        #expect(try home.field("metadata", of: second).contains(home.json(home.field("metadata", of: first), "$.session")))
        let last = try #require(server.requests.last)
        #expect(last.body.contains("first question") && last.body.contains("first answer"))

        let shell = try home.handIn("true")
        try run(home)
        for (words, error) in [
            (["-t", "code", "--continue", shell], "task \(shell), of type shell, has no session to go on with"),
            (["--continue", first], "task \(first) is of type code, and a task of type shell can't go on with it"),
            (["-t", "code", "--continue", "99"], "no task 99"),
        ] {
            let output = try home.run(["koubouctl", "submit"] + words + ["x"])
            #expect(output.errors.contains(error), "\(output.errors)")
            #expect(output.text == "")
        }
        let line = #"{"type":"code","prompt":"third","continue":\#(second)}"#
        let third = try home.koubouctl("submit", "--jsonl", stdin: line + "\n").text
        #expect(try home.field("metadata", of: third).contains("resume"))
        try home.shell("rm -r codex/sessions")
        try run(home)
        #expect(try home.outcomes(of: third) == "failed")
        #expect(try home.field("error", of: third).contains("no rollout found"))
    }

    @Test func aTimeoutEndsIt() throws {
        let latch = try Latch()
        let server = try server { _, _ in [ResponsesStub.begins, .await(latch)] }
        let home = try home(server)
        let task = try home.handIn("-t", "code", "--timeout", "3s", "--max-attempts", "1", "x")
        try run(home)
        #expect(try home.koubouctl("wait", task).status == 124)
        #expect(home.processes(of: task).isEmpty)
    }

    @Test func aCancelKeepsTheSession() throws {
        let latch = try Latch()
        let server = try server { request, _ in
            request.body.contains("go on") ? [ResponsesStub.says("went on")] : [ResponsesStub.begins, .await(latch)]
        }
        let home = try home(server, "[task]\nkill_grace = 1m")
        let supervisor = try home.startSupervisor()
        let task = try home.handIn("-t", "code", "think for ever")
        try eventually(true) { !server.requests.isEmpty }
        #expect(try home.koubouctl("cancel", task).status == 0)
        #expect(try home.state(of: task) == .cancelled)
        #expect(home.processes(of: task).isEmpty)
        #expect(try home.outcomes(of: task) == "cancelled")
        let next = try home.handIn("-t", "code", "--continue", task, "go on")
        #expect(try home.end(of: next) == 0)
        #expect(try home.koubouctl("result", next).text == "went on")
        #expect(try #require(server.requests.last).body.contains("think for ever"))
        supervisor.signal(SIGTERM)
    }

    @Test(arguments: ["401 Unauthorized", "403 Forbidden"])
    func withoutALoginItFailsAtOnce(status: String) throws {
        let server = try server { _, _ in [ResponsesStub.refuses(status)] }
        let home = try home(server)
        let task = try home.handIn("-t", "code", "x")
        try run(home)
        #expect(try home.outcomes(of: task) == "failed")
        #expect(try home.state(of: task) == .failed)
        #expect(try home.field("error", of: task).contains("unexpected status \(status)"))
        #expect(try home.field("error", of: task).hasSuffix(": run: codex login"))
    }

    @Test(arguments: ["429 Too Many Requests", "500 Internal Server Error", "503 Service Unavailable"])
    func aBusyServiceUsesUpNoAttempt(status: String) throws {
        let server = try server { _, number in
            [number < 2 ? ResponsesStub.refuses(status) : ResponsesStub.says("at last")]
        }
        let home = try home(server, "max_attempts = 1")
        let task = try home.handIn("-t", "code", "x")
        for _ in 0..<3 { try run(home) }
        #expect(try home.outcomes(of: task) == "deferred deferred completed")
        #expect(try home.field("attempt", of: task) == "1")
    }

    @Test func aUsageLimitPausesTheType() throws {
        let reset = Clock.now.millisecondsSince1970 / 1000 + 7200
        let server = try server { _, number in
            [number < 1 ? ResponsesStub.usageLimit(until: reset) : ResponsesStub.says("later")]
        }
        let home = try home(server, "max_attempts = 1")
        let supervisor = try home.startSupervisor()
        let task = try home.handIn("-t", "code", "x")
        try eventually(true) { try home.outcomes(of: task) == "deferred" }
        #expect(try home.state(of: task) == .pending)
        #expect(try home.field("attempt", of: task) == "0")
        // Codex tells it to the minute.
        let until = try #require(try home.queue().pauses().first?.until)
        #expect(abs(until.millisecondsSince1970 / 1000 - reset) <= 60)
        #expect(try home.koubouctl("status").text.contains("paused: code until "))
        let other = try home.handIn("true")
        #expect(try home.end(of: other) == 0, "other types go on")
        #expect(try home.koubouctl("resume", "-t", "code").status == 0)
        #expect(try home.end(of: task) == 0)
        #expect(try home.koubouctl("result", task).text == "later")
        supervisor.signal(SIGTERM)
    }

    @Test func aCutStreamIsAFailedAttempt() throws {
        let server = try server { _, number in
            [number < 1 ? ResponsesStub.saysHalf("half of") : ResponsesStub.says("whole")]
        }
        let home = try home(server)
        let task = try home.handIn("-t", "code", "x")
        for _ in 0..<2 { try run(home) }
        #expect(try home.outcomes(of: task) == "failed completed")
        #expect(try home.koubouctl("result", task).text == "whole")
    }

    @Test func modelAndProfileAreAskedFor() throws {
        let server = try server { _, _ in [ResponsesStub.says("ok")] }
        let home = try home(server, "profile = careful")
        try home.write("model_reasoning_effort = \"low\"\n", to: "codex/careful.config.toml")
        let task = try home.handIn("-t", "code", "--meta", "model=other-model", "x")
        try run(home)
        #expect(try home.state(of: task) == .completed)
        #expect(try home.json(home.field("metadata", of: task), "$.model") == "other-model")
        #expect(try home.json(#require(server.requests.last).body, "$.model") == "other-model")
    }
}

/// The Codex CLI of the wheel openai-codex-cli-bin, where `.ci/agents` puts it.
enum CodexProgram {
    static let path: String? = {
        let folder = SourceTree.path(".build/agents/codex/lib")
        let candidates = fileNames(in: folder).map { "\(folder)/\($0)/site-packages/codex_cli_bin/bin/codex" }
        return candidates.first { access($0, X_OK) == 0 }
    }()
}
