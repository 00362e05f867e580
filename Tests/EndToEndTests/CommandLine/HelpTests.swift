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
}
