/// How the gateway listens, and what it lets in: the section `[serve]` of koubou.conf.
public struct ServeSettings: Equatable, Sendable {
    /// Nil: at no port.
    public var listen: ListenAddress? = .standard
    /// A socket in the file system too.
    public var unix: String?
    /// Types of tasks that may be handed in over HTTP.
    public var allowedTypes = ["code", "general"]
    /// Names of this machine for web pages, beside those of loopback.
    public var hosts: [String] = []
    /// Sites whose pages may talk to us.
    public var origins: [String] = []
    /// Requests of one client with a token; nil: any number.
    public var rate: Rate? = Rate(count: 3000, period: .seconds(60))
    public var connectionsMax = 2048
    public var bodyMax = 64 << 20
    /// How long a request may take to arrive, and an answer to be taken.
    public var requestTimeout: Duration = .seconds(30)
    /// How long a connection without a request is kept.
    public var idleTimeout: Duration = .seconds(75)
}

/// An address and a port to listen at.
public struct ListenAddress: Equatable, Sendable {
    /// An IPv4 address, or an IPv6 one without its brackets.
    public let host: String
    public let port: UInt16

    public static let standard = ListenAddress(host: "127.0.0.1", port: 8765)
    public static let form = "ADDRESS:PORT with an address in digits, like 127.0.0.1:8765 or [::1]:8765"

    public init(host: String, port: UInt16) { (self.host, self.port) = (host, port) }

    /// Reads `127.0.0.1:8765`, `[::1]:8765`, `localhost:8765`, or a port alone; nil for anything else.
    public init?(_ text: String) {
        let colon = text.lastIndex(of: ":")
        guard let port = UInt16(colon.map { text[text.index(after: $0)...] } ?? text[...]) else { return nil }
        var host = colon.map { String(text[..<$0]) } ?? Self.standard.host
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if host == "localhost" { host = Self.standard.host }
        guard SocketAddress(host: host, port: port) != nil else { return nil }
        self.init(host: host, port: port)
    }

    public var text: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}
