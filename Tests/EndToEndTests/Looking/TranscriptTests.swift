import Glibc
import KoubouCore
import Testing

/// What the commands that do something print, as it was looked at: a shell's session for each of them, with what comes on
/// stderr after `!`, and each exit status that is not 0.
@Suite struct TranscriptTests {
    /// In this order, as each goes on with the queue that those before it leave.
    private static let sessions: [(command: String, lines: [String])] = [
        ("start", ["koubouctl start --poll 100ms --max 1", "koubouctl start --max 2"]),
        (
            "submit",
            [
                "koubouctl submit 'echo one; echo oops >&2'", "koubouctl submit --wait 'echo hi; exit 3'",
                "printf '%s\\n' 'echo a' 'echo b' | koubouctl submit --lines --wait", "koubouctl submit --wait --timeout 10ms 'sleep 60'",
                "koubouctl submit --at 2999-01-01T00:00:00Z --key k --tag x true", "koubouctl submit --key k true",
                "koubouctl -v submit --wait true 2>&1 | grep '^koubouctl: stored'", "koubouctl submit ls -l", "koubouctl submit --after 99 true",
            ]
        ),
        ("wait", ["koubouctl wait 1", "koubouctl wait 1 2", "koubouctl wait --timeout 10ms 6", "koubouctl wait 99"]),
        ("result", ["koubouctl result 1", "koubouctl result --stderr 1", "koubouctl result 1 2", "koubouctl result 6"]),
        (
            "logs",
            [
                "koubouctl logs 1", "koubouctl logs -n 1 -f 2", "koubouctl logs 99", "koubouctl logs --worker worker_077",
                "koubouctl logs | grep -m1 'msg=\"supervisor started\"'", "koubouctl logs --worker worker_001 | grep -m1 'worker started'",
            ]
        ),
        ("edit", ["koubouctl edit --title later -p 9 6", "koubouctl edit -p 9 1"]),
        ("pause", ["koubouctl pause -t code", "koubouctl pause -t nosuch"]),
        ("resume", ["koubouctl resume -t code", "koubouctl resume -t code", "koubouctl resume"]),
        ("cancel", ["koubouctl cancel 6 1", "koubouctl cancel --tag x,y --status pending,scheduled", "koubouctl cancel"]),
        ("retry", ["koubouctl retry 2", "koubouctl wait 2", "koubouctl retry 1"]),
        (
            "progress",
            [
                "koubouctl submit --wait 'koubouctl progress 40 half of it; koubouctl list --format \"{progress} {progress_message}\" -n 1'",
                "koubouctl progress 40",
            ]
        ),
        ("load", ["koubouctl load --tasks 20 --rate 1000 --quiet", "koubouctl load --tasks 2 --json 'exit 1'"]),
        ("backup", ["koubouctl backup copy.db", "koubouctl backup copy.db"]),
        ("import", ["koubouctl export 1,2", "koubouctl export 1 2 | koubouctl --home other import", "echo '{}' | koubouctl --home other import"]),
        ("prune", ["koubouctl prune --dry-run --status failed,cancelled", "koubouctl prune --all", "koubouctl prune --older-than 1w"]),
        (
            "token",
            [
                "koubouctl token --right read me | wc -c", "koubouctl token --list", "koubouctl token me", "koubouctl token --revoke me",
                "koubouctl token --revoke me",
            ]
        ),
        (
            "mcp",
            [
                """
                printf '%s\\n' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"sh","version":"1"}}}' '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"koubou_list_tasks","arguments":{}}}' '{"jsonrpc":"2.0","id":3,"method":"nosuch"}' | koubouctl mcp
                """
            ]
        ),
        ("completion", ["koubouctl completion bash", "koubouctl completion zsh", "koubouctl completion fish"]),
        ("stop", ["koubouctl stop", "koubouctl stop", "koubouctl status --json", "koubouctl submit true; koubouctl wait 35 --timeout 10ms"]),
        ("version", ["koubouctl version", "koubouctl --version"]),
        ("help", ["koubouctl help nosuch", "koubouctl help logz"]),
    ]

    @Test func everySessionIsAsItWasLookedAt() throws {
        let home = try Home()
        for (command, lines) in Self.sessions {
            let transcript = try lines.map { line in
                let output = try home.shell(line)
                let errors = output.errors.split(separator: "\n").map { "! " + $0 }
                return (["$ " + line] + output.lines + errors + (output.status == 0 ? [] : ["exit status \(output.status)"]))
                    .joined(separator: "\n")
            }
            try Golden.compare(plain(transcript.joined(separator: "\n"), command, home), with: "output/\(command)")
        }
    }

    private func plain(_ text: String, _ command: String, _ home: Home) -> String {
        guard command == "load" else { return text.plain(in: home, keepingDurations: true) }
        return text.plain(in: home).replacing(/load-\d+-\d+/, with: "TAG").replacing(/\n[ ]+[▁▂▃▄▅▆▇█]+/, with: "\n  CURVE")
            .replacing(/"samples":\[[0-9,]*\]/, with: "\"samples\":[]").replacing(/(throughput ) [^ \n]+/) { "\($0.output.1) RATE" }
            .replacing(/":[0-9.e-]+/, with: "\":N")
    }

    /// A frame of the screen, with a worker at work; the curves are what came before it.
    @Test func aFrameOfTopIsAsItWasLookedAt() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        _ = try home.startSupervisor("--max", "1")
        let running = try home.handIn("--title", "at a gate", gate.command)
        try eventually(.inProgress) { try home.state(of: running) }
        for words in [["-p", "8", "echo next"], ["--after", running, "echo later"], ["--delay", "1h", "echo much later"]] {
            try home.run(["koubouctl", "submit"] + words)
        }
        let terminal = try PseudoTerminal(home, "koubouctl", "top", columns: 100, rows: 20)
        try eventually(true) { terminal.screen.contains("q quit") && terminal.screen.contains("echo much later") }
        let frame = terminal.screen.lines.map { String($0.reversed().drop { $0 == " " }.reversed()) }
            .map { $0.replacing(/^(pending|running) .*/) { "\($0.output.1)  CURVE" } }
            .map { $0.replacing(/(worker_\d+ +busy ).*( +\d+  shell)/) { "\($0.output.1) LOAD \($0.output.2)" } }
        try Golden.compare(frame.joined(separator: "\n").plain(in: home), with: "output/top")
        terminal.type("q")
        #expect(try terminal.status() == 0)
    }

    @Test func theGatewayAnswersAsItWasLookedAt() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let id = try served.delegate("{\"type\":\"shell\",\"prompt\":\"echo hello\",\"cwd\":\"/\"}")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        var transcript = [served.program.stdout]
        for path in ["/task/\(id)/status", "/task/\(id)/output", "/tasks", "/task/99/status", "/nosuch", "/health"] {
            let answer = try served.get(path)
            transcript.append("GET \(path)\n\(answer.status) \(answer.header("content-type") ?? "")\n\(answer.text)")
        }
        let text = transcript.joined(separator: "\n").replacing(":\(served.port)", with: ":PORT")
        try Golden.compare(text.plain(in: home), with: "output/serve")
    }

    @Test func thereIsATextOfEachCommand() throws {
        let known = fileNames(in: SourceTree.path("Tests/EndToEndTests/Golden/output"))
        let commands = try Home().koubouctl("help").lines.drop { $0 != "commands:" }.dropFirst().prefix { $0.hasPrefix("  ") }
            .map { $0.split(separator: " ")[0] }
        #expect(commands.count > 30)
        for command in commands { #expect(known.contains { $0 == "\(command).txt" || $0.hasPrefix("\(command)-") }, "\(command)") }
    }
}
