import Glibc
import KoubouCore
import Testing

/// What the commands that look print, as tables and as JSON, as it was looked at.
@Suite struct OutputTextTests {
    /// A task in each state, and one that recurs.
    private func fill(_ home: Home, _ gate: Gate) throws {
        home.environment = home.environment.map {
            $0.hasPrefix("PATH=") ? "PATH=\(home.folder)/programs:/usr/bin:/bin" : $0
        }
        try home.shell("mkdir programs work")
        try home.write("#!/bin/sh\necho codex-cli 1.2.3\n", to: "programs/codex", mode: 0o700)
        try home.configure("[type general]\nurl = http://127.0.0.1:1\n")
        for words in [
            ["--title", "first", "--tag", "x", "--meta", "owner=me", "echo one"], ["echo oops >&2; exit 3"],
            ["--title", "a gate", "--slots", "2", gate.command], ["--after", "3", "--after-any", "1", "echo four"],
            ["--at", "2999-01-01T00:00:00Z", "-p", "9", "echo five"], ["--key", "k", "--", "echo", "two words"],
            ["--after", "2", "echo never"],
        ] { try home.run(["koubouctl", "submit", "--cwd", "work"] + words) }
        try home.koubouctl("every", "0 9 * * mon-fri", "--title", "report", "--cwd", "work", "./report.sh")
    }

    @Test func everyOutputIsAsItWasLookedAt() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        try fill(home, gate)
        let supervisor = try home.startSupervisor("--min", "1", "--max", "1")
        // Its process is noted a moment after its claim.
        try eventually(true) { try home.field("pid", of: "3") != "" }
        for (name, words) in [
            ("list", ["list"]), ("list-json", ["list", "--json"]), ("show-completed", ["show", "1"]),
            ("show-failed", ["show", "2"]), ("show-running", ["show", "3"]), ("show-cancelled", ["show", "7"]),
            ("show-json", ["show", "--json", "2", "4"]), ("show-dot", ["show", "--dot", "4"]), ("workers", ["workers"]),
            ("workers-json", ["workers", "--json"]), ("stats", ["stats"]), ("stats-json", ["stats", "--json"]),
            ("status", ["status"]), ("pool", ["pool"]), ("pool-json", ["pool", "--json"]), ("events", ["events"]),
            ("events-json", ["events", "--json"]), ("config", ["config"]), ("config-json", ["config", "--json"]),
            ("doctor", ["doctor"]), ("doctor-json", ["doctor", "--json"]), ("every", ["every", "--list"]),
            ("every-json", ["every", "--list", "--json"]), ("export", ["export", "2", "4"]), ("check", ["check"]),
        ] {
            let output = try home.run(["koubouctl"] + words)
            #expect(output.stderr == [], "\(name): \(output.errors)")
            try Golden.compare(plain(output.text, name, home), with: "output/\(name)")
        }
        gate.open()
        supervisor.signal(SIGTERM)
    }

    private func plain(_ text: String, _ name: String, _ home: Home) -> String {
        var text = text.plain(in: home, keepingDurations: name.hasPrefix("config") || name.hasPrefix("pool"))
        if name.hasPrefix("stats") {
            text = text.replacing(/[0-9.]+\/(s|min|h) \(\d+ tasks\)/, with: "RATE")
            text = text.replacing(/"throughput":\{.*?\}|"latency":\[.*?\}\}\]/) { member in
                member.output.replacing(/:[0-9.e-]+/, with: ":N")
            }
        }
        if name.hasPrefix("doctor") {
            text = text.replacing(/(home|permissions|file system|disk|inodes|database|wal|clock|limits): .*/) { "\($0.output.1): ..." }
                .replacing(/("check":"(home|permissions|file system|disk|inodes|database|wal|clock|limits)","status":"\w+").*/) {
                    "\($0.output.1),..."
                }
        }
        return text
    }
}
