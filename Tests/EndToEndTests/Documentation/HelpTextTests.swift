import Glibc
import KoubouCore
import Testing

/// The help of each command, as it was looked at. `KOUBOU_UPDATE_GOLDEN=1` writes it anew, for `git diff`.
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
        let path = SourceTree.path("Tests/EndToEndTests/Golden/help/\(name).txt")
        if getenv("KOUBOU_UPDATE_GOLDEN") != nil { try writeFile(path, output.stdout) }
        #expect(access(path, F_OK) == 0, "\(path) is missing: run with KOUBOU_UPDATE_GOLDEN=1")
        #expect(output.text + "\n" == String(decoding: try readFile(path), as: UTF8.self), "\(name)")
    }
}
