/// A revision of the Model Context Protocol.
public enum ProtocolRevision: String, CaseIterable, Comparable, Sendable {
    case v2024_11_05 = "2024-11-05"
    case v2025_03_26 = "2025-03-26"
    case v2025_06_18 = "2025-06-18"
    case v2025_11_25 = "2025-11-25"
    case v2026_07_28 = "2026-07-28"

    /// True when every request says all about itself; false when a handshake comes first.
    public var isStateless: Bool { self >= .v2026_07_28 }

    static var stateless: [ProtocolRevision] { allCases.filter(\.isStateless) }
    static var newestWithHandshake: ProtocolRevision { allCases.last { !$0.isStateless } ?? .v2025_11_25 }

    public static func < (left: ProtocolRevision, right: ProtocolRevision) -> Bool { left.rawValue < right.rawValue }

    static let tasksExtension = "io.modelcontextprotocol/tasks"
}

/// What a client may ask for.
public enum MCPMethod: String, CaseIterable, Sendable {
    case initialize
    case ping
    case discover = "server/discover"
    case listTools = "tools/list"
    case callTool = "tools/call"
    case listResources = "resources/list"
    case listResourceTemplates = "resources/templates/list"
    case readResource = "resources/read"
    case subscribe = "resources/subscribe"
    case unsubscribe = "resources/unsubscribe"
    case listen = "subscriptions/listen"
    case listPrompts = "prompts/list"
    case getPrompt = "prompts/get"
    case getTask = "tasks/get"
    case taskResult = "tasks/result"
    case listTasks = "tasks/list"
    case updateTask = "tasks/update"
    case cancelTask = "tasks/cancel"

    func isServed(at revision: ProtocolRevision) -> Bool {
        switch self {
        case .listTools, .callTool, .listResources, .listResourceTemplates, .readResource, .listPrompts, .getPrompt:
            true
        case .initialize, .ping, .subscribe, .unsubscribe: !revision.isStateless
        case .getTask, .cancelTask: revision >= .v2025_11_25
        case .taskResult, .listTasks: revision == .v2025_11_25
        case .discover, .listen, .updateTask: revision.isStateless
        }
    }

    /// True for what the extension for tasks has brought.
    var belongsToTasksExtension: Bool { self == .getTask || self == .updateTask || self == .cancelTask }
}
