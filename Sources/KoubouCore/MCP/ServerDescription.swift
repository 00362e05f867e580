/// What this server says about itself.
public enum ServerDescription {
    static var info: String {
        JSONText.object([
            "name": "\"koubou\"", "title": "\"Koubou task queue\"", "version": JSONText.quoted(Version.text),
        ])
    }

    /// The answer to `initialize`.
    public static func handshake(at revision: ProtocolRevision) -> MCPResult {
        MCPResult([
            "protocolVersion": JSONText.quoted(revision.rawValue), "capabilities": capabilities(at: revision),
            "serverInfo": info, "instructions": JSONText.quoted(instructions),
        ])
    }

    /// The answer to `server/discover`.
    public static func discovery(at revision: ProtocolRevision) -> MCPResult {
        MCPResult([
            "supportedVersions": JSONText.array(of: ProtocolRevision.stateless.map { JSONText.quoted($0.rawValue) }),
            "capabilities": capabilities(at: revision), "instructions": JSONText.quoted(instructions),
        ]).fresh(for: .seconds(3600))
    }

    private static func capabilities(at revision: ProtocolRevision) -> String {
        let tasks = #"{"list":{},"cancel":{},"requests":{"tools":{"call":{}}}}"#
        return JSONText.object([
            "tools": "{}", "resources": #"{"subscribe":true}"#, "prompts": "{}",
            "tasks": revision == .v2025_11_25 ? tasks : nil,
            "extensions": revision.isStateless ? JSONText.object([ProtocolRevision.tasksExtension: "{}"]) : nil,
        ])
    }

    private static let instructions = """
        Koubou runs tasks in the background on this machine, durably: a task that was handed in is kept until it has \
        ended, also when this conversation has. Hand off work that takes long or can go on beside yours with \
        koubou_delegate_task, or many pieces at once with koubou_delegate_batch; both return at once. Go on with your \
        own work, then call koubou_wait_for_tasks and koubou_get_task_result. A task sees nothing of this conversation: \
        its prompt must say everything. When tasks do not start or keep failing, call koubou_doctor.
        """
}
