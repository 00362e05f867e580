import Testing

@testable import KoubouCore

struct ChatReaderTests {
    private static let ollama = ChatServer(.ollama, url: "http://127.0.0.1:11434", model: "m")
    private static let openai = ChatServer(.openai, url: "http://h/v1", model: "m")
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n"

    private func answer(_ server: ChatServer, _ text: String, size: Int = 7, status: Int = 0, stderr: String = "") throws -> (
        end: AttemptEnd, result: String, progress: String
    ) { run(ChatReader(server, json: try TestQueue().json), text, size: size, status: status, stderr: stderr) }

    @Test(arguments: [1, 3, 1000]) func anOllamaAnswerIsItsWords(size: Int) throws {
        let (end, result, progress) = try answer(
            Self.ollama,
            Self.head + """
                {"model":"m:1","message":{"role":"assistant","content":"","thinking":"hm "},"done":false}
                {"model":"m:1","message":{"role":"assistant","content":"Grüße\\n"},"done":false}

                {"model":"m:1","message":{"role":"assistant","content":"\\"you\\""},"done":false}
                {"model":"m:1","message":{"content":""},"done":true,"done_reason":"stop","prompt_eval_count":11,"eval_count":30,"eval_duration":2000000000}

                """, size: size)
        #expect(end.outcome == .completed)
        #expect(result == "Grüße\n\"you\"")
        #expect(progress == "hm ")
        #expect(end.metadata("model") == "\"m:1\"")
        #expect(end.metadata("input_tokens") == "11")
        #expect(end.metadata("output_tokens") == "30")
        #expect(end.metadata("tokens_per_second") == "15.0")
    }

    @Test func anOpenAIAnswerIsItsWords() throws {
        let (end, result, progress) = try answer(
            Self.openai,
            "HTTP/1.1 200 OK\r\n\r\n" + """
                : a comment

                data: {"model":"g","choices":[{"delta":{"role":"assistant","reasoning_content":"so"}}]}

                data: {"model":"g","choices":[{"delta":{"content":"Hello"}}]}

                data: {"model":"g","choices":[{"delta":{"content":" you"},"finish_reason":"stop"}]}

                data: {"model":"g","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}

                data: [DONE]

                """)
        #expect(end.outcome == .completed)
        #expect(result == "Hello you")
        #expect(progress == "so")
        #expect(end.metadata("output_tokens") == "2")
        #expect(end.metadata("done_reason") == "\"stop\"")
    }

    @Test func aServerThatDoesNotStreamIsUnderstood() throws {
        let (end, result, _) = try answer(
            Self.openai,
            "HTTP/1.1 200 OK\r\n\r\n{\n \"choices\": [{\"message\": {\"content\": \"whole\"}, \"finish_reason\": \"stop\"}]}\n")
        #expect(end.outcome == .completed)
        #expect(result == "whole")
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var server = ChatReaderTests.ollama
        let answer: String
        var curl = 0
        var stderr = ""
        let outcome: AttemptOutcome
        let mayRetry: Bool
        let error: String
    }

    @Test(arguments: [
        Failure(
            testDescription: "nobody listens", answer: "", curl: 7, stderr: "curl: (7) Failed to connect\n", outcome: .failed,
            mayRetry: true,
            error: "curl: (7) Failed to connect (http://127.0.0.1:11434): is Ollama running? start it: ollama serve"),
        Failure(
            testDescription: "a cut stream", answer: head + "{\"message\":{\"content\":\"ha\"},\"done\":false}\n", curl: 18,
            outcome: .failed, mayRetry: true, error: "the answer of http://127.0.0.1:11434 ended before it was complete"),
        Failure(
            testDescription: "an end without done", answer: head + "{\"message\":{\"content\":\"ha\"},\"done\":false}\n",
            outcome: .failed, mayRetry: true, error: "the answer of http://127.0.0.1:11434 ended before it was complete"),
        Failure(
            testDescription: "an error in the stream", answer: head + "{\"error\":\"CUDA out of memory\"}\n", outcome: .failed,
            mayRetry: true, error: "CUDA out of memory"),
        Failure(
            testDescription: "rubbish", answer: head + "<html>\n\u{1}{{{\n", outcome: .failed, mayRetry: true,
            error: "the answer of http://127.0.0.1:11434 holds what is no JSON"),
        Failure(
            testDescription: "rubbish in the midst",
            answer: head + "{\"message\":{\"content\":\"ok\"}}\n<html>nope\n{\"done\":true}\n", outcome: .failed, mayRetry: true,
            error: "the answer of http://127.0.0.1:11434 holds what is no JSON"),
        Failure(
            testDescription: "a full queue", answer: "HTTP/1.1 503 Busy\r\n\r\n{\"error\":\"server busy\"}", outcome: .deferred,
            mayRetry: true, error: "the server is busy, status 503: server busy"),
        Failure(
            testDescription: "a missing model", answer: "HTTP/1.1 404 Not Found\r\n\r\n{\"error\":\"model 'm' not found\"}",
            outcome: .failed, mayRetry: false, error: "model 'm' not found: run: ollama pull m"),
        Failure(
            testDescription: "no such path", answer: "HTTP/1.1 404 Not Found\r\n\r\n404 page\n", outcome: .failed,
            mayRetry: false, error: "http://127.0.0.1:11434 refuses the request, status 404"),
        Failure(
            testDescription: "no key", server: openai,
            answer: "HTTP/1.1 401 Unauthorized\r\n\r\n{\"error\":{\"message\":\"no key\"}}", outcome: .failed, mayRetry: false,
            error: "http://h/v1 refuses the key, status 401: no key: see key_file and key_env"),
        Failure(
            testDescription: "too often", server: openai, answer: "HTTP/1.1 429 Slow\r\nRetry-After: 17\r\n\r\n",
            outcome: .deferred, mayRetry: true, error: "the server is busy, status 429"),
        Failure(
            testDescription: "a model that is being loaded", server: openai,
            answer: "HTTP/1.1 503 Service Unavailable\r\n\r\n{\"error\":{\"message\":\"Loading model\"}}", outcome: .deferred,
            mayRetry: true, error: "the server is busy, status 503: Loading model"),
        Failure(
            testDescription: "no money left", server: openai,
            answer: "HTTP/1.1 429 Slow\r\n\r\n{\"error\":{\"message\":\"no credit\",\"code\":\"insufficient_quota\"}}",
            outcome: .failed, mayRetry: false, error: "http://h/v1 wants to be paid: no credit: see the account"),
        Failure(
            testDescription: "another place", server: openai, answer: "HTTP/2 308 \r\nLocation: https://h/v1/\r\n\r\n",
            outcome: .failed, mayRetry: false, error: "http://h/v1/chat/completions has moved to https://h/v1/: mend url"),
        Failure(
            testDescription: "the server's own fault", server: openai, answer: "HTTP/1.1 500 Oops\r\n\r\n", outcome: .failed,
            mayRetry: true, error: "http://h/v1 failed, status 500"),
        Failure(
            testDescription: "an error as an event", server: openai,
            answer: head + "data: {\"error\":{\"message\":\"too long\"}}\n\n", outcome: .failed, mayRetry: true, error: "too long"),
    ])
    func aFailureIsUnderstood(_ row: Failure) throws {
        let end = try answer(row.server, row.answer, status: row.curl, stderr: row.stderr).end
        #expect(end.outcome == row.outcome)
        #expect(end.mayRetry == row.mayRetry)
        #expect(end.error == row.error)
        #expect((end.retryAfter == .seconds(17)) == (row.testDescription == "too often"))
    }

    @Test func interimAnswersArePassedOver() throws {
        let text = "HTTP/1.1 100 Continue\r\n\r\n" + Self.head + "{\"message\":{\"content\":\"x\"},\"done\":true}\n"
        #expect(try answer(Self.ollama, text).result == "x")
    }

    @Test(arguments: [AttemptOutcome.timedOut, .cancelled, .requeued]) func whatEndedItFromOutsideStays(outcome: AttemptOutcome) throws {
        let reader = ChatReader(Self.ollama, json: try TestQueue().json)
        _ = reader.read(Array("\(Self.head){\"message\":{\"content\":\"x\"},\"done\":true}\n".utf8)[...])
        var end = AttemptEnd(outcome, error: "why")
        _ = reader.finish(&end)
        #expect(end.outcome == outcome)
        #expect(end.error == "why")
    }
}
