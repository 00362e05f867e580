import Testing

@testable import KoubouCore

struct CodexReaderTests {
    private func events(_ text: String, status: Int = 0, stderr: String = "") throws -> (
        end: AttemptEnd, result: String, progress: String
    ) {
        let reader = CodexReader(
            beginLimit: nil, json: try TestQueue().json, now: { .test(0) },
            moment: { ["11:59 AM.": .test(99), "11:57 AM.": .test(-21)][$0] }, model: { $0 == "01a2" ? "m-1" : nil })
        return run(reader, text, status: status, stderr: stderr)
    }

    private static let start = """
        {"type":"thread.started","thread_id":"01a2"}
        {"type":"item.completed","item":{"id":"item_0","type":"error","message":"Model metadata not found."}}
        {"type":"turn.started"}

        """
    private static let end = """
        {"type":"turn.completed","usage":{"input_tokens":20,"cached_input_tokens":4,"output_tokens":10,"reasoning_output_tokens":2}}

        """

    @Test func theLastMessageIsTheResult() throws {
        let (end, result, progress) = try events(
            Self.start + """
                {"type":"item.completed","item":{"type":"agent_message","text":"Looking."}}
                {"type":"item.started","item":{"type":"command_execution","command":"ls","status":"in_progress"}}
                {"type":"item.completed","item":{"type":"command_execution","command":"ls","aggregated_output":"a\\nb\\n","exit_code":3}}
                {"type":"item.completed","item":{"type":"agent_message","text":"Done, ü."}}

                """ + Self.end)
        #expect(end.outcome == .completed)
        #expect(result == "Done, ü.")
        #expect(progress == "Model metadata not found.\nLooking.\n$ ls\na\nb\nexit status 3\nDone, ü.\n")
        #expect(end.metadata("session") == "\"01a2\"")
        #expect(end.metadata("input_tokens") == "20")
        #expect(end.metadata("output_tokens") == "10")
    }

    @Test(arguments: [
        ("unexpected status 401 Unauthorized: no", AttemptOutcome.failed, false),
        ("exceeded retry limit, last status: 429 Too Many Requests", .deferred, true),
        ("We’re currently experiencing high demand, which may cause temporary errors.", .deferred, true),
        ("unexpected status 503 Service Unavailable: x", .deferred, true),
        ("unexpected status 403 Forbidden: no", .failed, false),
        ("Your access token could not be refreshed. Please log out and sign in again.", .failed, false),
        ("unexpected status 404 Not Found: no, url: http://127.0.0.1:40142/v1/401/429", .failed, true),
        ("stream disconnected before completion: stream closed before response.completed", .failed, true),
    ])
    func aFailureIsUnderstood(message: String, outcome: AttemptOutcome, mayRetry: Bool) throws {
        let (end, result, _) = try events(
            Self.start + "{\"type\":\"error\",\"message\":\"\(message)\"}\n"
                + "{\"type\":\"turn.failed\",\"error\":{\"message\":\"\(message)\"}}\n", status: 1)
        #expect(end.outcome == outcome)
        #expect(end.mayRetry == mayRetry)
        #expect(end.error == (mayRetry ? message : message + ": run: codex login"))
        #expect(end.pausesTypeUntil == nil)
        #expect(result == "")
    }

    @Test(arguments: [("11:59 AM.", 159), ("11:57 AM.", 60), ("some day", 900), (nil, 900)] as [(String?, Int)])
    func aUsageLimitPausesTheType(time: String?, seconds: Int) throws {
        let text = "You’ve hit your usage limit. Upgrade" + (time.map { " or try again at \($0)" } ?? "")
        let end = try events(Self.start + "{\"type\":\"turn.failed\",\"error\":{\"message\":\"\(text)\"}}\n", status: 1).end
        #expect(end.outcome == .deferred)
        #expect(end.pausesTypeUntil == .test(seconds))
    }

    @Test func whatHealsIsNoFailure() throws {
        let (end, result, progress) = try events(
            Self.start + """
                {"type":"error","message":"Reconnecting... 1/5"}
                {"type":"item.completed","item":{"type":"file_change","changes":[{"path":"a.txt","kind":"add"},{"path":"b","kind":"update"}]}}
                {"type":"item.completed","item":{"type":"agent_message","text":"Done."}}

                """ + Self.end)
        #expect(end.outcome == .completed)
        #expect(result == "Done.")
        #expect(progress == "Model metadata not found.\nReconnecting... 1/5\nadd a.txt\nupdate b\nDone.\n")
        #expect(end.metadata("model") == "\"m-1\"")
    }

    @Test func whyItCouldNotBeginIsTold() throws {
        let log = """
            WARNING: something
            Error: thread/resume: no rollout found for thread id 01a2

            Stack backtrace:
               0: <unknown>
            """
        let end = try events("", status: 1, stderr: log).end
        #expect(end.error == "codex could not begin: thread/resume: no rollout found for thread id 01a2")
        #expect(!end.mayRetry, "the session will be as gone the next time")
    }

    @Test func anEndInTheMiddleIsAFailure() throws {
        #expect(try events(Self.start).end.error == "codex ended before its turn was complete")
        #expect(try events("").end.outcome == .failed)
        let text = "thread 'main' panicked\n"
        #expect(try events(text, status: 101).progress == text)
    }
}
