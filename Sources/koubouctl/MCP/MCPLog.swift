import KoubouCore

/// What the server tells in the log: who came, what was changed, what went wrong. Nothing that a client has written gets
/// there, as prompts and names may be nobody else's business.
struct MCPLog {
    private let log: Log
    /// Ids that one line tells.
    private static let idsMax = 20

    init(_ context: Context) {
        let level = ((try? context.configuration()) ?? Configuration()).logLevel
        log = .server("mcp", in: context.home, level: level)
    }

    func asked(_ admission: MCPSession.Admission) {
        switch admission.method {
        case .initialize, .discover: log.info("client connected", ["revision": admission.revision.rawValue])
        default: log.debug("asked", ["method": admission.method.rawValue])
        }
    }

    func did(_ what: String, _ ids: [TaskID]) {
        let shown = ids.prefix(Self.idsMax).map(\.description).joined(separator: ",")
        log.info(what, ["tasks": shown + (ids.count > Self.idsMax ? ",… (\(ids.count))" : "")])
    }

    /// Mistakes of a model are told to it, and to nobody else.
    func failed(_ error: any Error) {
        switch error {
        case let error as RPCError: refused(error)
        case is ToolMistake, is TaskJSONReader.Problem, is UsageError, StoreError.noSuchTask: break
        default: log.error("request failed", ["error": Reply.words(for: error)])
        }
    }

    func refused(_ error: RPCError) { log.warn("refused", ["code": error.code]) }

    /// - Parameter status: 128+n when signal n has ended it.
    func ended(by status: Int32) { log.info(status == 0 ? "client has gone" : "ended by a signal", ["status": status]) }
}
