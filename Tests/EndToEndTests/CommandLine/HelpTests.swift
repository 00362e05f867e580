import Testing

@Suite struct HelpTests {
    @Test func everyCommandTellsHowItIsUsed() throws {
        let home = try Home()
        let overview = try home.koubouctl("help").text
        let commands = overview.split(separator: "\n").drop { $0 != "commands:" }.dropFirst().prefix {
            $0.hasPrefix("  ")
        }
        .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(
            Set(commands).isSuperset(of: [
                "submit", "every", "list", "show", "result", "wait", "cancel", "retry", "logs", "stats", "workers", "start",
                "stop",
                "status", "help", "version",
            ]))
        for command in commands {
            let help = try home.koubouctl(command, "--help")
            #expect(help.status == 0)
            #expect(help.text.hasPrefix("usage: koubouctl \(command)"))
            #expect(help.stderr == [])
            #expect(try home.koubouctl("help", command).text == help.text)
            #expect(help.text.split(separator: "\n").allSatisfy { $0.count <= 120 }, "\(command)")
        }
        #expect(!home.exists("home"), "help touches no queue")
    }

    @Test func withoutACommandTheHelpIsAnError() throws {
        let home = try Home()
        let output = try home.koubouctl()
        #expect(output.status == 64)
        #expect(output.stdout == [])
        #expect(output.errors.contains("usage: koubouctl"))
    }

    @Test(arguments: ["koubouctl", "kouboud", "koubou-worker"])
    func theVersionIsOne(program: String) throws {
        let home = try Home()
        #expect(try home.run([program, "--version"]).text.hasPrefix("\(program) 0."))
        #expect(try home.run([program, "--help"]).text.hasPrefix("usage: \(program)"))
        #expect(try home.run([program, "--nonsense"]).status == 64)
    }

    /// Each option is told of in the help of its command, and is known to it.
    @Test(arguments: [
        (
            "submit",
            "--type --priority --timeout --max-attempts --cwd --env --tag --title --wait "
                + "--json --stdin --lines --null --jsonl -t -p -w -0 "
                + "--after --after-any --delay --at --key --key-ttl --slots --meta"
        ), ("list", "--status --type --tag --limit --all --json -t -n"), ("show", "--field --dot --json"),
        (
            "every",
            "--type --priority --timeout --max-attempts --cwd --env --tag --title --slots --meta --stdin -t -p "
                + "--list --remove --json"
        ),
        ("result", "--stderr"), ("wait", "--any --timeout"), ("cancel", "--tag --type --status --all -t"),
        ("retry", ""), ("edit", "--priority --title --timeout --at -p"), ("pause", "--type -t"), ("resume", "--type -t"),
        ("logs", "--follow --worker --supervisor -f"), ("stats", "--json"), ("workers", "--json"),
        (
            "start", "--min --max --threshold --idle-timeout --poll --profile --log-level"
        ), ("stop", "--now"), ("status", ""),
        ("pool", "--min --max --threshold --idle-timeout --profile --reset --json"),
        ("prune", "--older-than --status --dry-run"), ("backup", ""), ("top", ""), ("load", "--tasks --rate --type --priority --mix --json -t -p"), ("check", "--repair"), ("help", ""),
        ("version", ""),
    ])
    func everyOptionIsInTheHelp(command: String, options: String) throws {
        let home = try Home()
        let help = try home.koubouctl(command, "--help").text
        let told = Set(help.split { " ,\n".contains($0) }.map(String.init))
        for option in options.split(separator: " ").map(String.init) + ["--home", "--help", "-h"] {
            #expect(told.contains(option), "\(option)")
        }
        #expect(try home.koubouctl("--help").lines.contains { $0.hasPrefix("  \(command) ") })
        let unknown = try home.koubouctl(command, "--no-such-option")
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("'--no-such-option'"))
    }
}
