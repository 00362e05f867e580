import KoubouCore

/// How clients of the Model Context Protocol come in, and which types of tasks they may hand in there.
enum MCPDoor {
    case stdio
    case http

    func types(_ configuration: Configuration) -> [String] {
        switch self {
        case .stdio: configuration.delegableTypes
        case .http: configuration.delegableTypes.filter(configuration.serve.allowedTypes.contains)
        }
    }

    /// Where a user allows more types.
    var settings: String {
        switch self {
        case .stdio: "[mcp]"
        case .http: "[mcp] and [serve]"
        }
    }
}
