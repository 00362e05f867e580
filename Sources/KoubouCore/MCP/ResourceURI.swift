/// What is in a resource.
public enum ResourceContent: Equatable, Sendable {
    case text(String)
    case bytes([UInt8])
}

/// A resource of the server.
public enum ResourceURI: Hashable, Sendable, CustomStringConvertible {
    case task(TaskID)
    case output(TaskID)
    case stats

    /// Nil for what names none.
    public init?(_ text: String) {
        if text == "koubou://stats" {
            self = .stats
            return
        }
        guard text.hasPrefix("koubou://task/") else { return nil }
        let parts = text.dropFirst("koubou://task/".count).split(separator: "/", omittingEmptySubsequences: false)
        guard let word = parts.first, let id = TaskID(text: String(word)) else { return nil }
        switch parts.dropFirst() {
        case []: self = .task(id)
        case ["output"]: self = .output(id)
        default: return nil
        }
    }

    public var description: String {
        switch self {
        case .task(let id): "koubou://task/\(id)"
        case .output(let id): "koubou://task/\(id)/output"
        case .stats: "koubou://stats"
        }
    }

    public var task: TaskID? {
        switch self {
        case .task(let id), .output(let id): id
        case .stats: nil
        }
    }

    /// As `resources/list` has it.
    public func json(title: String) -> String {
        JSONText.object([
            "uri": JSONText.quoted(description), "name": JSONText.quoted(description), "title": JSONText.quoted(title),
            "mimeType": JSONText.quoted(mimeType),
        ])
    }

    private var mimeType: String {
        switch self {
        case .task, .stats: "application/json"
        case .output: "text/plain"
        }
    }

    /// The answer to `resources/read`.
    public func contents(_ content: ResourceContent) -> MCPResult {
        let (type, text, blob): (String, String?, String?) =
            switch content {
            case .text(let text): (mimeType, JSONText.quoted(text), nil)
            case .bytes(let bytes): ("application/octet-stream", nil, "\"\(base64(bytes))\"")
            }
        let contents = JSONText.object([
            "uri": JSONText.quoted(description), "mimeType": JSONText.quoted(type), "text": text, "blob": blob,
        ])
        return MCPResult(["contents": JSONText.array(of: [contents])]).fresh(for: .zero)
    }

    /// The answer to `resources/templates/list`.
    public static var templates: MCPResult {
        func template(_ uri: String, _ title: String, _ description: String, _ type: String?) -> String {
            JSONText.object([
                "uriTemplate": JSONText.quoted(uri), "name": JSONText.quoted(uri), "title": JSONText.quoted(title),
                "description": JSONText.quoted(description), "mimeType": type.map(JSONText.quoted),
            ])
        }
        let templates = [
            template("koubou://task/{id}", "A task", "How a task stands, without its output.", "application/json"),
            template(
                "koubou://task/{id}/output", "The output of a task",
                "What a task has written so far, as a blob where it is no text; of a long one the end.", nil),
        ]
        return MCPResult(["resourceTemplates": JSONText.array(of: templates)]).fresh(for: .seconds(3600))
    }
}
