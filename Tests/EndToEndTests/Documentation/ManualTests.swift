import KoubouCore
import Testing

/// The parser, the help and the man pages tell the same.
@Suite struct ManualTests {
    /// Of every command; the manual explains them once.
    private static let common: Set = ["--home", "--quiet", "-q", "--verbose", "-v", "--help", "-h"]

    /// The options of a help text, with their short forms.
    private func options(_ help: String) -> Set<String> {
        let lines = help.split(separator: "\n").drop { $0 != "options:" }.dropFirst().prefix { $0.hasPrefix("  ") }
        return Set(
            lines.flatMap { line in
                line.split(separator: " ").prefix(2).filter { $0.hasPrefix("-") }
                    .map { String($0.last == "," ? $0.dropLast() : $0) }
            })
    }

    private func commands(_ home: Home) throws -> [String] {
        try home.koubouctl("help").lines.drop { $0 != "commands:" }.dropFirst().prefix { $0.hasPrefix("  ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    @Test func theManualHasTheCommandsThatThereAre() throws {
        let commands = Set(try commands(Home()))
        #expect(commands.count > 20)
        let manual = try Manual("koubouctl.1")
        #expect(manual.commands.subtracting(["submit"]) == commands.subtracting(["submit"]))
        #expect(manual.commands.contains("submit"))
    }

    @Test func theManualHasTheOptionsThatCommandsTake() throws {
        let home = try Home()
        let manual = try Manual("koubouctl.1")
        for command in try commands(home) where command != "start" {
            let help = options(try home.koubouctl("help", command).text)
            #expect(help.isSuperset(of: Self.common), "\(command)")
            #expect(manual.options(of: command).subtracting(Self.common) == help.subtracting(Self.common), "\(command)")
        }
        #expect(manual.explainedOptions.isSuperset(of: Self.common))
    }

    @Test func theManualsOfTheOtherProgramsHaveTheirOptions() throws {
        let home = try Home()
        for program in ["kouboud", "koubou-worker"] {
            let help = options(try home.run([program, "--help"]).text)
            let manual = try Manual(program + ".8")
            #expect(manual.explainedOptions == help, "\(program)")
            // --supervised is between kouboud and its workers.
            #expect(manual.synopsisOptions.union(["-h", "--supervised"]) == help.union(["--supervised"]), "\(program)")
        }
        let start = options(try home.koubouctl("help", "start").text).subtracting(Self.common + ["--serve"])
        let supervisor = options(try home.run(["kouboud", "--help"]).text).subtracting(Self.common + ["--version"])
        #expect(start == supervisor)
    }

    @Test func theManualAndTheExampleHaveTheKeysThatThereAre() throws {
        let home = try Home()
        let fields = try home.koubouctl("config", "--json").lines.map { line in
            try (section: home.json(line, "$.section"), key: home.json(line, "$.key"))
        }
        let keys = Set(fields.map { ($0.section.hasPrefix("type ") ? "[type NAME]" : "[\($0.section)]") + " " + $0.key })
        #expect(keys.count > 25)
        #expect(try Manual("koubou.conf.5").keys == keys)

        var section = ""
        var inExample: Set<String> = []
        for line in try SourceTree.text("etc/koubou.conf.example").split(separator: "\n") {
            let text = line.hasPrefix("#") ? line.dropFirst() : line
            if text.hasPrefix("[") { section = text.hasPrefix("[type ") ? "[type NAME]" : String(text) }
            let words = text.split(separator: " ")
            if words.count > 2, words[1] == "=", !text.hasPrefix(" ") { inExample.insert("\(section) \(words[0])") }
        }
        #expect(inExample == keys)
    }

    /// As it is, and with every comment that hides a key taken away.
    @Test func theExampleIsAConfiguration() throws {
        let home = try Home()
        let example = SourceTree.path("etc/koubou.conf.example")
        #expect(try home.koubouctl("config", "--check", example).text == "ok")
        try home.shell("sed 's/^#\\([a-z_]* = \\|\\[\\)/\\1/' '\(example)' > all.conf")
        #expect(try home.koubouctl("config", "--check", home.folder + "/all.conf").text == "ok")
        #expect(try home.read("all.conf").contains("\nnice = "))
    }
}
