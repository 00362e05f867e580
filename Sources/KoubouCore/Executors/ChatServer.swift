/// A model server, and what it is asked for.
public struct ChatServer: Equatable, Sendable {
    /// Which protocol it speaks.
    public enum Dialect: String, CaseIterable, Sendable {
        /// `POST /api/chat`, an answer of JSON lines.
        case ollama
        /// `POST …/chat/completions`, an answer of server-sent events.
        case openai
    }

    public let dialect: Dialect
    let settings: AgentSettings

    public init(_ dialect: Dialect, _ settings: AgentSettings) { (self.dialect, self.settings) = (dialect, settings) }

    public var url: String { settings.url ?? "http://127.0.0.1:11434" }
    public var model: String { settings.model ?? "default" }

    /// True when it runs on this machine.
    public var isLocal: Bool {
        let host = url.drop { $0 != "/" }.drop { $0 == "/" }
        return ["127.", "localhost", "[::1]"].contains { host.hasPrefix($0) }
    }

    var endpoint: String { url + (dialect == .ollama ? "/api/chat" : "/chat/completions") }

    public var remedyForNoAnswer: String {
        dialect == .ollama ? "is Ollama running? start it: ollama serve" : "is the server running, and url right?"
    }
}
