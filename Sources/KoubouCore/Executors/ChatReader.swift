/// Reads the streamed answer of a model server, as `curl --include` passes it on.
///
/// What is said becomes the result as it comes, what the model thinks goes to stderr. An answer counts only when the
/// server said that it is complete.
public final class ChatReader: OutputReader {
    private let server: ChatServer
    private let json: JSONLookup
    private var head = HTTPHead()
    private var splitter = LineSplitter()
    private var isDone = false
    private var error: String?
    private var metadata: [(key: String, json: String)] = []
    /// Of a response that is no stream: an error, or the answer of a server that does not stream.
    private var body = ""
    private static let bodyLimit = 16 << 20

    public init(_ server: ChatServer, json: @escaping JSONLookup) { (self.server, self.json) = (server, json) }

    public var beginLimit: Duration? { nil }
    public var hasBegun: Bool { head.isComplete }

    public func read(_ bytes: ArraySlice<UInt8>) -> OutputParts {
        splitter.lines(bytes).reduce(into: OutputParts()) { $0 += read(line: $1) }
    }

    public func finish(_ end: inout AttemptEnd) -> OutputParts {
        var parts = splitter.last().map(read(line:)) ?? OutputParts()
        if head.status == 200, !isDone, error == nil { parts += readWhole() }
        end.metadata += metadata
        judge(&end)
        return parts
    }

    private func read(line: String) -> OutputParts {
        guard head.isComplete else {
            head.read(line)
            return OutputParts()
        }
        guard head.status == 200 else {
            keep(line)
            return OutputParts()
        }
        switch server.dialect {
        case .ollama: return readOllama(line)
        case .openai: return readEvent(line)
        }
    }

    private func keep(_ line: String) {
        if body.utf8.count < Self.bodyLimit { body += line + "\n" }
    }

    // MARK: Ollama: one JSON object a line (its docs/api.md, "Generate a chat completion")

    private func readOllama(_ line: String) -> OutputParts {
        guard !line.isEmpty else { return OutputParts() }
        if let error = json(line, "$.error") {
            self.error = error
            return OutputParts()
        }
        if json(line, "$.done") == "1" {
            isDone = true
            note(
                [
                    ("model", "$.model"), ("input_tokens", "$.prompt_eval_count"), ("output_tokens", "$.eval_count"),
                    ("done_reason", "$.done_reason"),
                ], of: line)
            if let count = json(line, "$.eval_count").flatMap({ Double($0) }),
                let nanoseconds = json(line, "$.eval_duration").flatMap({ Double($0) }), nanoseconds > 0
            {
                metadata.append(("tokens_per_second", "\((count / nanoseconds * 1e10).rounded() / 10)"))
            }
        }
        let (content, thinking) = (json(line, "$.message.content"), json(line, "$.message.thinking"))
        if content == nil, thinking == nil { refuseRubbish(line) }
        return OutputParts(result: content ?? "", progress: thinking ?? "")
    }

    /// A line that is no JSON may have been a part of the answer.
    private func refuseRubbish(_ line: String) {
        if json(line, "$") == nil { error = "the answer of \(server.url) holds what is no JSON" }
    }

    // MARK: OpenAI: server-sent events (its API reference, "Chat Completions: streaming")

    private func readEvent(_ line: String) -> OutputParts {
        guard line.hasPrefix("data:") else {
            keep(line)
            return OutputParts()
        }
        let data = String(line.dropFirst(5).drop { $0 == " " })
        if data == "[DONE]" {
            isDone = true
            return OutputParts()
        }
        return readCompletion(data, at: "$.choices[0].delta")
    }

    /// The whole answer of a server that does not stream.
    private func readWhole() -> OutputParts {
        guard server.dialect == .openai,
            json(body, "$.choices[0].message.content") != nil || json(body, "$.error") != nil
        else { return OutputParts() }
        return readCompletion(body, at: "$.choices[0].message")
    }

    private func readCompletion(_ text: String, at path: String) -> OutputParts {
        if let error = json(text, "$.error") {
            self.error = json(text, "$.error.message") ?? error
            return OutputParts()
        }
        if let reason = json(text, "$.choices[0].finish_reason") {
            isDone = true
            metadata.append(("done_reason", JSONText.quoted(reason)))
            note([("model", "$.model")], of: text)
        }
        note(
            [("input_tokens", "$.usage.prompt_tokens"), ("output_tokens", "$.usage.completion_tokens")], of: text)
        let content = json(text, path + ".content")
        if content == nil { refuseRubbish(text) }
        return OutputParts(
            result: content ?? "",
            progress: json(text, path + ".reasoning_content") ?? json(text, path + ".reasoning") ?? "")
    }

    private func note(_ fields: [(key: String, path: String)], of text: String) {
        for (key, path) in fields {
            guard let value = json(text, path) else { continue }
            metadata.append((key, Double(value) == nil ? JSONText.quoted(value) : value))
        }
    }

    // MARK: Verdict

    /// A server may repeat the key, which must not get into the database.
    private func withoutKey(_ text: String) -> String {
        let key = (try? server.key(environment: Environment.ofProcess)) ?? nil
        return key.map { text.mentions($0) } ?? false ? "its words hold the key" : text
    }

    private func judge(_ end: inout AttemptEnd) {
        guard end.outcome == .completed || end.outcome == .failed else { return }
        let said = json(body, "$.error.message") ?? json(body, "$.error") ?? json(body, "$.detail") ?? ""
        let saying = said.isEmpty ? "" : ": \(withoutKey(said).prefix(500))"
        error = error.map(withoutKey)
        switch head.status {
        case 200 where isDone && error == nil: end.become(.completed)
        case 200: end.become(.failed, error ?? "the answer of \(server.url) ended before it was complete")
        case 0:
            let words = String(decoding: end.stderrTail, as: UTF8.self).split(separator: "\n").last ?? "no answer"
            end.become(.failed, "\(words) (\(server.url)): \(server.remedyForNoAnswer)")
        case 300...399:
            let place = head.header("location").map { " to \($0)" } ?? ""
            end.become(.failed, "\(server.endpoint) has moved\(place): mend url", mayRetry: false)
        case 429 where json(body, "$.error.code") == "insufficient_quota":
            end.become(.failed, "\(server.url) wants to be paid\(saying): see the account", mayRetry: false)
        case 429, 503:
            end.become(.deferred, "the server is busy, status \(head.status)\(saying)")
            end.retryAfter = head.retryAfter
        case 404 where server.dialect == .ollama && said.mentions("not found"):
            end.become(.failed, "\(withoutKey(said)): run: ollama pull \(server.model)", mayRetry: false)
        case 401, 403:
            end.become(
                .failed, "\(server.url) refuses the key, status \(head.status)\(saying): see key_file and key_env",
                mayRetry: false)
        case 500...: end.become(.failed, "\(server.url) failed, status \(head.status)\(saying)")
        default:
            end.become(.failed, "\(server.url) refuses the request, status \(head.status)\(saying)", mayRetry: false)
        }
    }
}

extension AttemptEnd {
    /// Says how the attempt really ended, whatever its program's exit status was.
    mutating func become(_ outcome: AttemptOutcome, _ error: String? = nil, mayRetry: Bool = true) {
        (self.outcome, self.error, self.mayRetry) = (outcome, error, mayRetry)
    }
}
