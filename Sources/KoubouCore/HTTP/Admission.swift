/// Decides who may come in, from the head of a request and from who is at the other end of the connection.
public struct Admission: Sendable {
    /// Who is at the other end.
    public struct Peer: Equatable, Sendable {
        /// For the log: an address, or `unix`.
        public let name: String
        /// True when the process there belongs to our user, or to root.
        public let isOwner: Bool
        /// False for a socket that no web page can reach.
        public let isWeb: Bool

        public init(name: String, isOwner: Bool, isWeb: Bool) {
            (self.name, self.isOwner, self.isWeb) = (name, isOwner, isWeb)
        }
    }

    public struct Client: Equatable, Sendable {
        /// Of the token; nil: our own user on this machine.
        public let token: String?
        public let right: AccessRight

        public init(token: String?, right: AccessRight) { (self.token, self.right) = (token, right) }
    }

    /// Names of this machine under which web pages may reach us, beside those of loopback.
    public var hosts: [String]
    /// Other sites whose pages may talk to us.
    public var origins: [String]

    public init(hosts: [String] = [], origins: [String] = []) { (self.hosts, self.origins) = (hosts, origins) }

    public func client(
        of request: HTTPRequest, from peer: Peer, tokens: [AccessToken]
    ) throws(HTTPProblem) -> Client {
        try checkOrigin(request)
        if Self.hasCredentials(request) {
            guard let secret = bearer(request), let token = AccessToken.find(secret, in: tokens) else {
                throw unauthorized("the token is not known")
            }
            return Client(token: token.name, right: token.right)
        }
        guard peer.isOwner, !request.headers.isForwarded else {
            throw unauthorized("a token is needed: send 'Authorization: Bearer TOKEN'; 'koubouctl token' makes one")
        }
        // A page of another site can give its name our address (DNS rebinding), but must then send its name.
        guard !peer.isWeb || isOwn(host: request.host) else {
            throw HTTPProblem(
                .forbidden, "the host is none of ours: use localhost, or add it to allow_hosts in [serve]",
                field: "Host")
        }
        return Client(token: nil, right: .admin)
    }

    /// True when the request tells who sends it, whether or not that is somebody.
    public static func hasCredentials(_ request: HTTPRequest) -> Bool {
        request.headers.has("authorization") || request.offeredToken != nil
    }

    /// The site that may read our answers beside ourselves, if the request comes from it.
    public func allowedOrigin(of request: HTTPRequest) -> String? {
        request.headers["origin"].flatMap { origins.contains($0) ? $0 : nil }
    }

    private func checkOrigin(_ request: HTTPRequest) throws(HTTPProblem) {
        guard request.headers.has("origin") else { return }
        let origin = request.headers["origin"]
        let own = request.host.map { ["http://" + $0, "https://" + $0] } ?? []
        guard let origin, origins.contains(origin) || own.contains(origin.lowercased()) else {
            throw HTTPProblem(
                .forbidden, "pages of other sites have no access: see allow_origins in [serve]", field: "Origin")
        }
    }

    private func bearer(_ request: HTTPRequest) -> String? {
        guard request.headers.has("authorization") else { return request.offeredToken }
        let words = request.headers["authorization"]?.split(separator: " ") ?? []
        return words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
    }

    private func unauthorized(_ detail: String) -> HTTPProblem {
        HTTPProblem(.unauthorized, detail, headers: [.init("WWW-Authenticate", "Bearer realm=\"koubou\"")])
    }

    private func isOwn(host: String?) -> Bool {
        guard let host else { return true }  // HTTP/1.0, which no browser speaks
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
        return ["localhost", "127.0.0.1", "[::1]"].contains(name) || hosts.contains(String(name))
    }
}
