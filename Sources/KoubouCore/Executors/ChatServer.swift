/// A model server, and what it is asked for.
public struct ChatServer: Equatable, Sendable {
    /// Which protocol it speaks.
    public enum Dialect: String, CaseIterable, Sendable {
        /// `POST /api/chat`, an answer of JSON lines.
        case ollama
        /// `POST …/chat/completions`, an answer of server-sent events.
        case openai
    }

    public var dialect: Dialect
    /// Without a slash at its end: `http://127.0.0.1:11434`; for `openai` with its `/v1`.
    public var url: String
    public var model: String
    public var system: String?
    /// A JSON object: `options` of Ollama; for `openai`, more members of the request.
    public var options: String?
    /// Of Ollama: how long the model stays in memory, like `5m`.
    public var keepAlive: String?
    /// A JSON schema that the answer must follow, or `"json"`.
    public var format: String?
    /// Where the key is: never in the database, a log or an argument list.
    public var keyFile: String?
    public var keyEnvironment: String?

    public init(_ dialect: Dialect, url: String, model: String) {
        (self.dialect, self.url, self.model) = (dialect, url, model)
    }

    var endpoint: String { url + (dialect == .ollama ? "/api/chat" : "/chat/completions") }

    public var remedyForNoAnswer: String {
        dialect == .ollama ? "is Ollama running? start it: ollama serve" : "is the server running, and url right?"
    }
}
