import Glibc
import KoubouCore
import Testing

/// A program of others that the gateway is tested with where it is there: `.ci/web` fetches most of them.
struct WebProgram {
    let name: String
    /// Nil when it is not there.
    let path: String?

    /// - Parameter places: absolute, or below `.build/web`.
    private init(_ name: String, _ places: String..., mark: String? = nil) {
        self.name = name
        let isWhole = mark.map { access(SourceTree.path(".build/web/\($0)"), F_OK) == 0 } ?? true
        path = places.map { $0.hasPrefix("/") ? $0 : SourceTree.path(".build/web/\($0)") }
            .first { isWhole && access($0, X_OK) == 0 }
    }

    /// With requests, httpx and websockets.
    static let python = WebProgram("the HTTP clients of PyPI", "venv/bin/python", mark: "venv/whole")
    static let schemathesis = WebProgram("schemathesis", "venv/bin/schemathesis", mark: "venv/whole")
    static let prometheus = WebProgram("prometheus", "debian/usr/bin/prometheus", "/usr/bin/prometheus")
    static let promtool = WebProgram("promtool", "debian/usr/bin/promtool", "/usr/bin/promtool")
    static let nginx = WebProgram("nginx", "debian/usr/sbin/nginx", "/usr/sbin/nginx")
    static let caddy = WebProgram("caddy", "/usr/bin/caddy", "/usr/local/bin/caddy")
    static let systemdAnalyze = WebProgram("systemd-analyze", "/usr/bin/systemd-analyze")
    static let all = [python, schemathesis, prometheus, promtool, nginx, caddy, systemdAnalyze]

    /// Why a test with it is left out.
    var absence: Comment { "\(name) is not there: make test-web fetches what can be fetched" }
}

@Suite struct WebProgramTests {
    /// So that nobody takes a test that did not run for one that passed.
    @Test func whatIsLeftOutIsNamedAndCounted() {
        let missing = WebProgram.all.filter { $0.path == nil }
        guard !missing.isEmpty else { return }
        let names = missing.map(\.name).joined(separator: ", ")
        writeAll(
            "left out: the tests of the gateway with \(missing.count) of \(WebProgram.all.count) programs of others: \(names)\n",
            to: STDOUT_FILENO)
    }
}
