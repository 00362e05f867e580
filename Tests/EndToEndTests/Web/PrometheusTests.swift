import Glibc
import KoubouCore
import Testing

/// `/metrics`, the alerts and the dashboard: with each other, and with a real Prometheus.
@Suite struct PrometheusTests {
    private static let rules = SourceTree.path("etc/prometheus-rules.yml")

    /// A gateway that has measured something of everything.
    private func measured(_ home: Home) throws -> ServedHome {
        let served = try ServedHome(home)
        _ = try home.startSupervisor()
        #expect(try home.end(of: home.handIn("true"), home.handIn("exit 1")) == 1)
        return served
    }

    /// Names of measurements in a query.
    private func names(_ text: some StringProtocol) -> Set<String> {
        Set(String(text).matches(of: /\b(?:koubou|process)_[a-z_]+/).map { String($0.0) })
    }

    @Test func queriesAskForWhatIsThere() throws {
        let served = try measured(Home.served())
        let text = try served.get("/metrics").text
        let told = Set(text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { String($0.prefix { $0 != "{" && $0 != " " }) })
        let rules = try SourceTree.text("etc/prometheus-rules.yml")
        let alerts = rules.split(separator: "\n").drop { !$0.contains("groups:") }
        let inRules = alerts.filter { $0.contains("expr:") || $0.hasPrefix("          ") && !$0.contains(": ") }
        let dashboard = try SourceTree.text("etc/grafana-dashboard.json")
        let queries = try #require(try JSONReader().value(inJSON: dashboard, at: "$.panels") != nil ? dashboard : nil)
            .matches(of: /"expr": *"((?:[^"\\]|\\.)*)"/).map { String($0.1) }
        #expect(queries.count >= 15)
        for (place, asked) in [("rules", names(inRules.joined(separator: "\n"))), ("dashboard", names(queries.joined(separator: "\n")))] {
            #expect(!asked.isEmpty && asked.isSubset(of: told), "\(place): \(asked.subtracting(told))")
        }
        // And everything that is told, the dashboard shows.
        let families = Set(text.matches(of: /# TYPE (\S+)/).map { String($0.1) })
        let shown = names(queries.joined(separator: "\n"))
        let unseen = families.filter { family in !shown.contains { $0 == family || $0.hasPrefix(family + "_") } }
        #expect(unseen == [], "nobody sees these")
    }

    @Test(.enabled(if: WebProgram.promtool.path != nil, WebProgram.promtool.absence))
    func promtoolFindsNoFault() throws {
        let home = try Home.served()
        let served = try measured(home)
        try home.write(served.get("/metrics").text, to: "metrics.txt")
        let promtool = try #require(WebProgram.promtool.path)
        let metrics = try home.shell("'\(promtool)' check metrics < metrics.txt")
        #expect(metrics.status == 0 && metrics.text.isEmpty && metrics.errors.isEmpty, "\(metrics.text)\(metrics.errors)")
        let rules = try home.shell("'\(promtool)' check rules '\(Self.rules)'")
        #expect(rules.status == 0 && rules.text.contains("SUCCESS: 6 rules found"), "\(rules.text)\(rules.errors)")
    }

    @Test(.enabled(if: WebProgram.prometheus.path != nil, WebProgram.prometheus.absence))
    func prometheusScrapesAndEvaluatesTheAlerts() throws {
        let home = try Home.served()
        let served = try measured(home)
        let token = try home.koubouctl("token", "--right", "read", "prometheus").text
        try home.write(token, to: "token")
        try home.write(
            """
            global: { scrape_interval: 200ms, evaluation_interval: 200ms }
            rule_files: ["\(Self.rules)"]
            scrape_configs:
              - job_name: koubou
                authorization: { credentials_file: token }
                static_configs: [{ targets: ["127.0.0.1:\(served.port)"] }]
            """, to: "prometheus.yml")
        let listening = try FreePort()
        let prometheus = try home.start(words: [
            try #require(WebProgram.prometheus.path), "--config.file=\(home.folder)/prometheus.yml",
            "--storage.tsdb.path=\(home.folder)/tsdb", "--web.listen-address=127.0.0.1:\(listening.number)",
        ])
        func ask(_ path: String) -> String {
            guard HTTPConnection.canOpen(listening.number), let connection = try? HTTPConnection(port: listening.number)
            else { return "" }
            connection.send(HTTPConnection.text("GET", path, nil, ["Connection: close"]))
            return (try? connection.answer().text) ?? ""
        }
        try eventually(true) {
            ask("/api/v1/query?query=koubou_supervisor_up").contains(#""value":["#)
                || !prometheus.isRunning
        }
        #expect(ask("/api/v1/targets").contains(#""health":"up""#))
        try eventually(6) {
            ask("/api/v1/rules").matches(of: /"health":"ok"/).count
        }
        #expect(!ask("/api/v1/rules").contains(#""health":"err""#))
        prometheus.signal(SIGTERM)
        _ = try prometheus.status()
    }
}

/// A port at which nobody listens just now.
struct FreePort {
    let number: UInt16

    init() throws {
        let descriptor = try listeningSocket(at: #require(SocketAddress(host: "127.0.0.1", port: 0)))
        number = SocketAddress(of: descriptor.number).port
    }
}
