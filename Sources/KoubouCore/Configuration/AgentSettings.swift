/// What an agent or a model server is asked for; nil: its own default. Keys of `[type NAME]`, and of a task's metadata.
public struct AgentSettings: Equatable, Sendable {
    /// Of a model server, without a slash at its end: `http://127.0.0.1:11434`; for `openai` with its `/v1`.
    public var url: String?
    public var model: String?
    /// The system prompt of a model server.
    public var system: String?
    /// A JSON object: `options` of Ollama; for `openai`, more members of the request.
    public var options: String?
    /// Of Ollama: how long the model stays in memory, like `5m`.
    public var keepAlive: String?
    /// A JSON schema that an answer must follow, or `"json"`.
    public var format: String?
    /// Of Codex, from a task's `output_schema`: a file that holds such a schema.
    public var schemaFile: String?
    /// Where the key of a model server is: never in the database, a log or an argument list.
    public var keyFile: String?
    public var keyEnvironment: String?
    /// Of Codex: `read-only`, `workspace-write` or `danger-full-access`.
    public var sandbox: String?
    /// Of Codex: a profile of its configuration.
    public var profile: String?

    public init() {}

    /// With what a task itself asks for; keys that are none of these are no business of ours.
    public func overridden(by metadata: [String: String]) -> AgentSettings {
        var settings = self
        settings.model = metadata["model"] ?? model
        settings.system = metadata["system"] ?? system
        settings.options = metadata["options"] ?? options
        settings.keepAlive = metadata["keep_alive"] ?? keepAlive
        settings.format = metadata["format"].map(Self.json) ?? format
        if let schema = metadata["output_schema"] {
            // As the option of Codex a path, or the schema itself.
            if schema.first == "{" { settings.format = schema } else { settings.schemaFile = schema }
        }
        return settings
    }

    /// A word alone is meant as one: `--meta format=json`.
    private static func json(_ text: String) -> String {
        text.first == "{" || text.first == "\"" ? text : JSONText.quoted(text)
    }
}
