import Glibc
import KoubouCore
import Testing

/// What each right opens, for every route of the table: a new one is covered by being there.
@Suite struct RightsTests {
    private static let bodies: [Endpoint: String] = [.priority: #"{"priority":3}"#, .changePool: #"{"max":3}"#]

    private func path(_ route: Route) -> String {
        route.path.replacing("{id}", with: "1").replacing("{worker}", with: "1")
    }

    /// The status alone: a stream would go on.
    private func status(_ served: ServedHome, _ method: String, _ route: Route, _ header: String) throws -> Int {
        let connection = try served.connect()
        let body = method == "GET" || method == "HEAD" ? nil : Self.bodies[route.endpoint] ?? "{}"
        connection.send(HTTPConnection.text(method, path(route), body, [header]))
        return try connection.head().status
    }

    @Test func everyRouteNeedsItsRight() throws {
        let home = try Home.served("rate = 0")
        let served = try ServedHome(home)
        _ = try served.delegate(#"{"prompt":"x"}"#)
        for right in AccessRight.allCases {
            let header = "Authorization: Bearer \(try home.koubouctl("token", "--right", right.rawValue, right.rawValue).text)"
            for route in Route.all {
                for method in route.method == "GET" ? ["GET", "HEAD"] : [route.method] {
                    let status = try status(served, method, route, header)
                    let isRefused = right < route.right ?? .read
                    #expect((status == 403) == isRefused, "\(right): \(method) \(route.path): \(status)")
                    #expect(status != 401 && (status < 500 || route.endpoint == .health), "\(method) \(route.path): \(status)")
                }
            }
        }
    }

    @Test func withoutATokenThePageAloneIsOpen() throws {
        let served = try ServedHome(Home.served())
        _ = try served.delegate(#"{"prompt":"x"}"#)
        for header in ["X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "Authorization: Bearer aaaaaaaaaaaaaaaaaaaa"] {
            for route in Route.all {
                let status = try status(served, route.method, route, header)
                #expect([401, 429].contains(status) == (route.endpoint != .page), "\(header): \(route.method) \(route.path): \(status)")
            }
        }
        #expect(try served.home.count(.pending) == 1)
    }
}
