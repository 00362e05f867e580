import Testing

@testable import KoubouCore

struct AdmissionTests {
    private static let owner = Admission.Peer(name: "127.0.0.1", isOwner: true, isWeb: true)
    private static let other = Admission.Peer(name: "127.0.0.1", isOwner: false, isWeb: true)
    private static let tokens = [
        AccessToken(name: "reader", right: .read, secret: "aaaaaaaaaaaaaaaa"),
        AccessToken(name: "boss", right: .admin, secret: "bbbbbbbbbbbbbbbb"),
    ]

    private func request(host: String = "localhost:8765", _ headers: String...) throws -> HTTPRequest {
        var parser = HTTPRequestParser(bodyMax: 0)
        let head = ["GET / HTTP/1.1", "Host: \(host)"] + headers + ["", ""]
        parser.take(Array(head.joined(separator: "\r\n").utf8)[...])
        guard case .request(let request) = try parser.next() else { throw HTTPProblem(.badRequest, "incomplete") }
        return request
    }

    private func status(
        _ request: HTTPRequest, from peer: Admission.Peer = owner, _ admission: Admission = Admission()
    ) -> HTTPStatus? {
        do { _ = try admission.client(of: request, from: peer, tokens: Self.tokens) } catch { return error.status }
        return nil
    }

    @Test func theOwnerNeedsNoToken() throws {
        for host in ["localhost", "localhost:1", "127.0.0.1:8765", "[::1]:8765", "LocalHost:8765"] {
            let client = try Admission().client(of: request(host: host), from: Self.owner, tokens: [])
            #expect(client == Admission.Client(token: nil, right: .admin))
        }
    }

    @Test func othersNeedOne() throws {
        #expect(status(try request(), from: Self.other) == .unauthorized)
        #expect(status(try request("Authorization: Bearer cccccccccccccccc"), from: Self.other) == .unauthorized)
        #expect(status(try request("Authorization: Bearer aaaaaaaaaaaaaaa"), from: Self.other) == .unauthorized)
        #expect(status(try request("Authorization: Basic aaaaaaaaaaaaaaaa"), from: Self.other) == .unauthorized)
        #expect(
            status(try request("Authorization: Bearer aaaaaaaaaaaaaaaa", "Authorization: x"), from: Self.other)
                == .unauthorized)
        let client = try Admission().client(
            of: request(host: "queue.example.org", "authorization: bearer aaaaaaaaaaaaaaaa"), from: Self.other,
            tokens: Self.tokens)
        #expect(client == Admission.Client(token: "reader", right: .read))
        #expect(client.right < .submit)
    }

    /// A page can set no header of a WebSocket but the names of protocols.
    @Test func aWebSocketMayOfferItsToken() throws {
        let offer = "Sec-WebSocket-Protocol: koubou, bearer.aaaaaaaaaaaaaaaa"
        let client = try Admission().client(of: request("Upgrade: websocket", offer), from: Self.other, tokens: Self.tokens)
        #expect(client == Admission.Client(token: "reader", right: .read))
        #expect(status(try request(offer), from: Self.other) == .unauthorized, "nothing else takes it from there")
        #expect(status(try request("Upgrade: websocket", offer + "x")) == .unauthorized, "a wrong one is no owner's")
        #expect(status(try request("Upgrade: websocket", offer, "Origin: http://evil.example"), from: Self.other) == .forbidden)
        #expect(status(try request("Upgrade: websocket", offer, "Authorization: Bearer cccccccccccccccc"), from: Self.other) == .unauthorized)
        #expect(Admission.hasCredentials(try request("Upgrade: websocket", offer)))
        #expect(!Admission.hasCredentials(try request("Upgrade: websocket", "Sec-WebSocket-Protocol: koubou")))
    }

    @Test(arguments: ["Forwarded: for=1", "X-Forwarded-For: 1", "x-forwarded-proto: https", "Via: 1.1 proxy"])
    func whatAProxyHandsOnIsNobodyOfThisMachine(_ header: String) throws {
        #expect(status(try request(header)) == .unauthorized)
    }

    /// A name of another site that was made to mean our address.
    @Test func aForeignHostIsRefused() throws {
        for host in ["evil.example:8765", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1"] {
            #expect(status(try request(host: host)) == .forbidden)
        }
        #expect(status(try request(host: "box:8765"), Admission(hosts: ["box"])) == nil)
        let unix = Admission.Peer(name: "unix", isOwner: true, isWeb: false)
        #expect(status(try request(host: "anything"), from: unix) == nil)
    }

    @Test func pagesOfOtherSitesAreRefused() throws {
        for origin in ["http://evil.example", "null", "http://localhost:9999", "https://localhost"] {
            #expect(status(try request("Origin: \(origin)")) == .forbidden)
        }
        #expect(status(try request("Origin: http://localhost:8765", "Origin: http://localhost:8765")) == .forbidden)
        #expect(status(try request("Origin: http://localhost:8765")) == nil)
        let admission = Admission(origins: ["https://dash.example"])
        #expect(status(try request("Origin: https://dash.example"), admission) == nil)
        #expect(admission.allowedOrigin(of: try request("Origin: https://dash.example")) == "https://dash.example")
        #expect(admission.allowedOrigin(of: try request("Origin: https://evil.example")) == nil)
    }

    @Test func tokensAreReadAsTheyAreWritten() {
        let text = Self.tokens.map(\.line).joined()
        #expect(AccessToken.parse("# made by hand\n\n" + text).tokens == Self.tokens)
        #expect(AccessToken.parse(text + "x admin short\n").badLine == 3)
        #expect(AccessToken.parse("x owner aaaaaaaaaaaaaaaa").badLine == 1)
        #expect(AccessToken.newSecret().utf8.count == 52)
        #expect(AccessToken.newSecret() != AccessToken.newSecret())
        for name in ["", "a b", "é", "a\n"] { #expect(!AccessToken.isName(name)) }
        #expect(AccessToken.isName("grafana-2_x"))
    }

    @Test func aClientThatAsksTooMuchWaits() throws {
        var limiter = RateLimiter(Rate(count: 2, period: .seconds(10)))
        try limiter.take("a", at: .zero)
        try limiter.take("a", at: .zero)
        try limiter.take("b", at: .zero)
        try limiter.take(nil, at: .zero)
        #expect { try limiter.take("a", at: .seconds(1)) } throws: {
            ($0 as? HTTPProblem)?.headers == [.init("Retry-After", "4")]
        }
        try limiter.take("a", at: .seconds(6))
        #expect(throws: HTTPProblem.self) { try limiter.take("a", at: .seconds(6)) }
        var unbounded = RateLimiter(nil)
        for _ in 0..<10 { try unbounded.take("a", at: .zero) }
    }
}
