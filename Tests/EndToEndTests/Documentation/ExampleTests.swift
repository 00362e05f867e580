import Glibc
import KoubouCore
import Testing

/// Every example of the README and the man pages does what a reader who types it in sees.
@Suite(.enabled(if: access("/usr/bin/jq", X_OK) == 0)) struct ExampleTests {
    /// Examples that show a failure, by their beginning: its exit status.
    private static let statuses: [String: Int32] = ["koubouctl submit --wait 'uname -s; exit 3'": 3]

    private func check(_ example: String, in home: Home) throws {
        let output = try home.runExample("set -e\n" + example)
        let expected = Self.statuses.first { example.hasPrefix($0.key) }?.value ?? 0
        #expect(output.status == expected, "\(example)\n\(output.errors)")
        if expected == 0 { #expect(output.stderr == [], "\(example)\n\(output.errors)") }
    }

    @Test(arguments: ["koubouctl.1", "koubou.7", "koubou.conf.5", "koubou-worker.8", "kouboud.8"])
    func examplesOfTheManual(page: String) throws {
        let home = try Home()
        try home.prepareForExamples()
        let manual = try Manual(page)
        #expect(page == "koubou.7" || page == "koubou.conf.5" || !manual.examples.isEmpty)
        let supervisor = page == "kouboud.8" ? nil : try home.startSupervisor()
        if supervisor != nil { try home.koubouctl("submit", "--wait", "exit 1") }
        for example in manual.examples {
            if example.hasPrefix("kouboud") {
                // In the foreground: it is ended when it runs.
                try check(
                    "\(example) >/dev/null 2>&1 & until koubouctl status >/dev/null 2>&1; do sleep 0.01; done; kill $!; wait $!",
                    in: home)
            } else {
                try check(example, in: home)
            }
        }
        for block in manual.blocks {
            if block.hasPrefix("[") {
                try home.write(block, to: "example.conf")
                #expect(try home.koubouctl("config", "--check", "example.conf").text == "ok", "\(block)")
            } else if block.contains("%") {
                try home.write(block, to: "mix")
                try check("koubouctl load --tasks 10 --mix mix", in: home)
            } else {
                #expect(block.contains("SELECT"))
                let output = try home.run(["/usr/bin/sqlite3", home.path + "/db/koubou.db"], stdin: Array(block.utf8))
                #expect(output.status == 0 && output.stderr == [], "\(output.errors)")
            }
        }
        supervisor?.signal(SIGTERM)
    }

    /// Lines after `$` are run one after another, and what they print is compared with what is shown below them; of what
    /// depends on the moment, the first line.
    @Test func theFiveMinutesOfTheREADME() throws {
        let home = try Home()
        try home.prepareForExamples()
        home.environment = home.environment.filter { !$0.hasPrefix("KOUBOU_HOME=") } + ["KOUBOU_HOME=\(home.folder)/.koubou"]
        let transcript = try SourceTree.blocks(of: "Five minutes").joined(separator: "\n").split(separator: "\n").map(String.init)
        let commands = transcript.enumerated().filter { $0.element.hasPrefix("$ ") }
        #expect(commands.count > 10)
        for (index, line) in commands {
            let output = try home.runExample(String(line.dropFirst(2)))
            #expect(output.status == 0, "\(line)\n\(output.errors)")
            let shown = transcript[(index + 1)...].prefix { !$0.hasPrefix("$ ") }
            let errors = shown.filter { $0.hasPrefix("koubouctl: ") }
            #expect(output.errors == errors.joined(separator: "\n"), "\(line)")
            if line.contains("sqlite3") { continue }  // how many have ended by now
            let isMomentary =
                ["list", "show", "workers", "stats"].contains(line.split(separator: " ")[2]) && !line.contains("--json")
            let lines = shown.filter { !$0.hasPrefix("koubouctl: ") }.prefix(isMomentary ? 1 : .max)
            #expect(output.lines.prefix(isMomentary ? 1 : .max).map(plain) == lines.map(plain), "\(line)")
        }
        #expect(try home.koubouctl("status").status == 3, "the last command stops it")
    }

    /// Without process ids, which are not the same twice.
    private func plain(_ line: String) -> String { line.replacing(/pid \d+/, with: "pid N").replacing(/[ ]{2,}/, with: "  ") }

    @Test func thePipelinesOfTheREADME() throws {
        let home = try Home()
        try home.prepareForExamples()
        let supervisor = try home.startSupervisor()
        try home.koubouctl("submit", "--lines", "--wait", stdin: String(repeating: "exit 1\n", count: 42))
        let examples = try SourceTree.blocks(of: "Pipelines").joined(separator: "\n").split(separator: "\n").map(String.init)
        #expect(examples.count > 4)
        for example in examples {
            let output = try home.runExample(example)
            // What is followed or waited for may have failed itself.
            let mayFail = example.contains("logs -f")
            #expect(output.status == 0 || mayFail && output.status == 1, "\(example)\n\(output.errors)")
        }
        supervisor.signal(SIGTERM)
    }

    private func top(_ line: String, in home: Home) throws {
        let terminal = try PseudoTerminal(home, "/bin/sh", "-c", "PATH='\(Home.programs)':$PATH; \(line)", columns: 100)
        try eventually(true) { terminal.screen.contains("q quit") }
        terminal.type("q")
        #expect(try terminal.status() == 0)
    }

    @Test func theOtherBlocksOfTheREADME() throws {
        let home = try Home()
        try home.prepareForExamples()
        let supervisor = try home.startSupervisor()
        try home.koubouctl("submit", "--lines", "--wait", stdin: String(repeating: "exit 1\n", count: 42))
        try home.koubouctl("submit", "--delay", "1h", "true")  // 43
        let headings = ["Install", "Agents and models", "The other commands", "Settings"]
        for block in try headings.flatMap(SourceTree.blocks(of:)) {
            if block.hasPrefix("[") {
                try home.write(block, to: "example.conf")
                #expect(try home.koubouctl("config", "--check", "example.conf").text == "ok", "\(block)")
                continue
            }
            for line in block.split(separator: "\n").map(String.init) {
                if line.hasPrefix("koubouctl top ") {
                    try top(line, in: home)
                    continue
                }
                let output = try home.runExample(line.hasPrefix("$ ") ? String(line.dropFirst(2)) : line)
                #expect([0, 1].contains(output.status), "\(line)\n\(output.errors)")
            }
        }
        #expect(try home.field("status", of: "43") == "cancelled")
        supervisor.signal(SIGTERM)
    }
}
