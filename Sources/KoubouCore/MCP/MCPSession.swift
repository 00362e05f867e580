/// What a connection has agreed on. The first request decides its era: one whose `_meta` names a revision opens the
/// stateless one, in which each request does so; any other one the era of the handshake.
public struct MCPSession: Sendable {
    private enum Era {
        case open
        case handshake(ProtocolRevision?)
        case stateless
    }
    private var era = Era.open

    /// - Parameter isStateless: whether that is known before its first request.
    public init(isStateless: Bool = false) { era = isStateless ? .stateless : .open }

    /// True when a handshake was made.
    public var hasAgreed: Bool { if case .handshake(_?) = era { true } else { false } }

    /// A request that may be answered.
    public struct Admission: Equatable, Sendable {
        public let method: MCPMethod
        public let revision: ProtocolRevision
        /// The client takes tasks for answers of `tools/call`, as the extension defines them.
        public let takesTasks: Bool
    }

    /// Of messages that are no answers.
    public var revision: ProtocolRevision {
        switch era {
        case .open, .handshake(nil): .newestWithHandshake
        case .handshake(let revision?): revision
        case .stateless: .v2026_07_28
        }
    }

    /// A line may hold several messages in one revision alone.
    public var takesBatches: Bool { revision == .v2025_03_26 }

    /// Says whether, and how, `request` may be answered.
    public mutating func admit(_ request: RPCRequest, _ reader: JSONReader) throws(RPCError) -> Admission {
        let isEnveloped = request.meta.version != .absent && request.method != MCPMethod.initialize.rawValue
        if case .open = era { era = isEnveloped ? .stateless : .handshake(nil) }
        switch era {
        case .open, .handshake:
            if isEnveloped {
                throw .invalidRequest("this connection began with a handshake, which names the revision once")
            }
            return try admitInHandshakeEra(request, reader)
        case .stateless: return try admitStateless(request, reader)
        }
    }

    private mutating func admitInHandshakeEra(_ request: RPCRequest, _ reader: JSONReader) throws(RPCError) -> Admission
    {
        guard let method = MCPMethod(rawValue: request.method) else { throw .noMethod(request.method) }
        if method == .initialize { era = .handshake(try Self.agreed(request, reader)) }
        guard method.isServed(at: revision) else { throw .noMethod(request.method) }
        if case .handshake(nil) = era, method != .ping { throw .invalidParams("'initialize' comes first") }
        return Admission(method: method, revision: revision, takesTasks: false)
    }

    /// The wanted revision where it is one with a handshake, else the newest of those.
    private static func agreed(_ request: RPCRequest, _ reader: JSONReader) throws(RPCError) -> ProtocolRevision {
        guard let wanted = wantedRevision(request, reader) else {
            throw .invalidParams("protocolVersion is missing, or no string")
        }
        let known = ProtocolRevision(rawValue: wanted)
        return known.flatMap { $0.isStateless ? nil : $0 } ?? .newestWithHandshake
    }

    private static func wantedRevision(_ request: RPCRequest, _ reader: JSONReader) -> String? {
        let fields = (try? reader.fields(ofJSON: request.params)) ?? nil
        return fields?.first { $0.key == "protocolVersion" && $0.kind == .text }?.text
    }

    private func admitStateless(_ request: RPCRequest, _ reader: JSONReader) throws(RPCError) -> Admission {
        if request.method == MCPMethod.initialize.rawValue {
            throw .unsupportedVersion(Self.wantedRevision(request, reader) ?? "")
        }
        guard case .text(let wanted) = request.meta.version else {
            throw .invalidParams("_meta names no io.modelcontextprotocol/protocolVersion, or not as a string")
        }
        guard request.meta.hasCapabilities else {
            throw .invalidParams("_meta has no object io.modelcontextprotocol/clientCapabilities")
        }
        guard let revision = ProtocolRevision(rawValue: wanted), revision.isStateless else {
            throw .unsupportedVersion(wanted)
        }
        guard let method = MCPMethod(rawValue: request.method), method.isServed(at: revision) else {
            throw .noMethod(request.method)
        }
        if method.belongsToTasksExtension, !request.meta.declaresTasks { throw .tasksNotDeclared }
        return Admission(method: method, revision: revision, takesTasks: request.meta.declaresTasks)
    }
}
