/// A question to a model server, as curl(1) is to send it.
public struct ChatRequest {
    private let server: ChatServer
    private let prompt: String

    /// - Throws: `ChatRequestError.notUTF8`: JSON can't carry anything else.
    public init(_ server: ChatServer, prompt: [UInt8]) throws(ChatRequestError) {
        guard let text = String(validating: prompt, as: UTF8.self) else { throw .notUTF8 }
        (self.server, self.prompt) = (server, text)
    }

    /// The descriptor that curl reads the body from.
    public static let bodyDescriptor: Int32 = 3

    /// `-q` first, so that the user's own ~/.curlrc changes nothing.
    public static let arguments = ["curl", "-q", "--config", "-"]

    /// What curl reads from stdin: neither the prompt nor the key are in an argument list, which all users can read.
    ///
    /// - Parameter key: sent as a bearer token.
    public func curlConfiguration(key: String?) throws(ChatRequestError) -> String {
        var lines = [
            "url = \(try Self.quoted(server.endpoint))", "header = \"Content-Type: application/json\"",
            "header = \"Expect:\"", "data-binary = \"@/dev/fd/\(Self.bodyDescriptor)\"", "include",
            "globoff", "suppress-connect-headers", "no-buffer", "silent", "show-error", "connect-timeout = 10",
        ]
        if let key { lines.append("header = \(try Self.quoted("Authorization: Bearer \(key)"))") }
        // A proxy is for other machines.
        if isLocal { lines.append("noproxy = \"*\"") }
        return lines.map { $0 + "\n" }.joined()
    }

    private var isLocal: Bool {
        let host = server.url.drop { $0 != "/" }.dropFirst(2)
        return ["127.", "localhost", "[::1]"].contains { host.hasPrefix($0) }
    }

    /// In the form of curl's configuration: quotes and backslashes are escaped.
    private static func quoted(_ text: String) throws(ChatRequestError) -> String {
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { throw .controlCharacter }
        return "\"" + text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
    }

    /// The JSON that is posted.
    public var body: String {
        var messages = server.settings.system.map { [message("system", $0)] } ?? []
        messages.append(message("user", prompt))
        var members = [
            "\"model\":\(JSONText.quoted(server.model))", "\"messages\":[\(messages.joined(separator: ","))]",
            "\"stream\":true",
        ]
        switch server.dialect {
        case .ollama:
            if let options = server.settings.options { members.append("\"options\":\(options)") }
            // A number alone is one of seconds, and -1 for ever; as a string Ollama wants a unit.
            if let time = server.settings.keepAlive {
                members.append("\"keep_alive\":\(Int(time) == nil ? JSONText.quoted(time) : time)")
            }
            if let format = server.settings.format { members.append("\"format\":\(format)") }
        case .openai:
            members.append("\"stream_options\":{\"include_usage\":true}")
            if let format = server.settings.format { members.append("\"response_format\":\(responseFormat(format))") }
            if let more = server.settings.options?.dropFirst().dropLast(), more.contains(":") {
                members.append(String(more))
            }
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    private func message(_ role: String, _ text: String) -> String {
        "{\"role\":\"\(role)\",\"content\":\(JSONText.quoted(text))}"
    }

    private func responseFormat(_ format: String) -> String {
        format.hasPrefix("{")
            ? "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"strict\":true,\"schema\":\(format)}}"
            : "{\"type\":\"json_object\"}"
    }
}

extension AgentSettings {
    /// Refuses what would break the request, as a task may have asked for it.
    public func check(_ isJSON: (String) -> Bool) throws(ChatRequestError) {
        if let options, options.first != "{" || !isJSON(options) { throw .noJSON("options", "a JSON object") }
        if let format, !isJSON(format) { throw .noJSON("format", "a JSON schema, or json") }
    }
}

extension ChatServer {
    /// The key that the server wants; nil when none is configured. Read for each question: it may be renewed.
    public func key(environment: Environment) throws(ChatRequestError) -> String? {
        if let keyFile = settings.keyFile {
            guard let status = fileStatus(keyFile), let bytes = try? readFile(keyFile) else {
                throw .unreadableKey(keyFile, cause: "the file can't be read")
            }
            guard status.st_mode & 0o077 == 0 else {
                throw .unreadableKey(keyFile, cause: "others can read the file, run: chmod 600 '\(keyFile)'")
            }
            let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            guard let key = words.first else { throw .unreadableKey(keyFile, cause: "the file is empty") }
            return String(key)
        }
        guard let keyEnvironment = settings.keyEnvironment else { return nil }
        guard let key = environment[keyEnvironment], !key.isEmpty else {
            throw .unreadableKey("$\(keyEnvironment)", cause: "it is not set where kouboud was started")
        }
        return key
    }
}

/// Why a question can't be sent.
public enum ChatRequestError: UserFacingError {
    case notUTF8
    case controlCharacter
    /// What stands for a setting, and what should.
    case noJSON(_ setting: String, _ wanted: String)
    case unreadableKey(String, cause: String)

    public var exitCode: ExitCode { .dataError }

    public var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .notUTF8: ("the prompt is not UTF-8", nil, "hand it in as UTF-8 text")
        case .controlCharacter: ("the url or the key holds a control character", nil, "mend url, key_file or key_env")
        case .noJSON(let setting, let wanted): ("\(setting) is not \(wanted)", nil, "mend --meta \(setting)=...")
        case .unreadableKey(let name, let cause): ("no key in \(name): \(cause)", nil, "see key_file and key_env")
        }
    }
}
