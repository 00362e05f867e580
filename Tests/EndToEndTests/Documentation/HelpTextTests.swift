import Testing

/// The help of each command, as it was looked at.
@Suite struct HelpTextTests {
    @Test func everyHelpTextIsAsItWasLookedAt() throws {
        let home = try Home()
        let overview = try home.koubouctl("help")
        try compare(overview, with: "koubouctl")
        for line in overview.lines.drop(while: { $0 != "commands:" }).dropFirst().prefix(while: { $0.hasPrefix("  ") }) {
            let command = String(line.split(separator: " ")[0])
            try compare(try home.koubouctl("help", command), with: command)
        }
        for program in ["kouboud", "koubou-worker"] { try compare(try home.run([program, "--help"]), with: program) }
    }

    private func compare(_ output: Home.Output, with name: String) throws {
        #expect(output.status == 0 && output.stderr == [])
        try Golden.compare(output.text, with: "help/\(name)")
    }
}
