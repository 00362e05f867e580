import Glibc
import KoubouCore
import Testing

/// Every example of the README and the man pages does what a reader who types it in sees.
@Suite(.enabled(if: access("/usr/bin/jq", X_OK) == 0)) struct ExampleTests {
    /// Beginnings of examples that are not run here, and why.
    private static let skipped = [
        "make demo": "builds; `make demo` is run by hand", "make test": "is this test", "make": "builds",
        "koubouctl top": "needs a terminal, see TopTests", "make help": "is of the tree, not of a queue",
        "sudo make install": "needs root; see InstallTests", "make install": "see InstallTests",
    ]
    /// Examples that show a failure, by their beginning: its exit status.
    private static let statuses: [String: Int32] = ["koubouctl submit --wait 'uname -s; exit 3'": 3]

    /// A queue in `~/.koubou` whose supervisor runs, with programs that the types call for, forty-two tasks of which some
    /// failed, and some files.
    private func prepare(_ home: Home) throws {
        home.environment = home.environment.filter { !$0.hasPrefix("KOUBOU_HOME=") }
            .map { $0.hasPrefix("PATH=") ? "PATH=\(home.folder)/programs:" + $0.dropFirst(5) : $0 }
            + ["KOUBOU_HOME=\(home.path)"]
        try home.shell("mkdir programs; cp '\(SourceTree.path("README.md"))' .; cp -r '\(SourceTree.path("man"))' .")
        try home.write(Self.codex, to: "programs/codex", mode: 0o700)
        try home.write(Self.curl, to: "programs/curl", mode: 0o700)
        try home.write("#!/bin/sh\ncat\n", to: "programs/dot", mode: 0o700)
        try home.write("0\n", to: "report.txt")
    }

    private static let codex = """
        #!/bin/sh
        if [ "$2" = --help ]; then echo --json; exit; fi
        cat >/dev/null
        echo '{"type":"item.completed","item":{"type":"agent_message","text":"done"}}'
        echo '{"type":"turn.completed"}'

        """

    private static let curl = #"""
        #!/bin/sh
        printf 'HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n'
        echo '{"message":{"content":"An answer."},"done":false}'
        echo '{"message":{"content":""},"done":true}'

        """#

    private func run(_ example: String, in home: Home) throws -> Home.Output {
        let script = example.contains("events -f") ? Self.untilALine(example) : example
        try home.write("set -o pipefail\n" + script + "\n", to: "example.sh")
        return try home.shell("bash example.sh")
    }

    /// Of an example that tells of each failure and never ends.
    private static func untilALine(_ example: String) -> String {
        """
        set -m; ( \(example.split(separator: "#")[0]) ) > followed &
        until test -s followed; do koubouctl submit --wait 'exit 1' 2>/dev/null || true; done
        disown; kill -- -$!
        """
    }

    private func check(_ example: String, in home: Home) throws {
        let output = try run("set -e\n" + example, in: home)
        let expected = Self.statuses.first { example.hasPrefix($0.key) }?.value ?? 0
        #expect(output.status == expected, "\(example)\n\(output.errors)")
        if expected == 0 { #expect(output.stderr == [], "\(example)\n\(output.errors)") }
    }

    @Test(arguments: ["koubouctl.1", "koubou.7", "koubou.conf.5", "koubou-worker.8", "kouboud.8"])
    func examplesOfTheManual(page: String) throws {
        let home = try Home()
        try prepare(home)
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
        try prepare(home)
        home.environment = home.environment.filter { !$0.hasPrefix("KOUBOU_HOME=") } + ["KOUBOU_HOME=\(home.folder)/.koubou"]
        let transcript = try blocks(of: "Five minutes").joined(separator: "\n").split(separator: "\n").map(String.init)
        let commands = transcript.enumerated().filter { $0.element.hasPrefix("$ ") }
        #expect(commands.count > 10)
        for (index, line) in commands {
            let output = try run(String(line.dropFirst(2)), in: home)
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
        try prepare(home)
        let supervisor = try home.startSupervisor()
        try home.koubouctl("submit", "--lines", "--wait", stdin: String(repeating: "exit 1\n", count: 42))
        let examples = try blocks(of: "Pipelines").joined(separator: "\n").split(separator: "\n").map(String.init)
        #expect(examples.count > 4)
        for example in examples {
            let output = try run(example, in: home)
            // What is followed or waited for may have failed itself.
            let mayFail = example.contains("logs -f")
            #expect(output.status == 0 || mayFail && output.status == 1, "\(example)\n\(output.errors)")
        }
        supervisor.signal(SIGTERM)
    }

    @Test func theOtherBlocksOfTheREADME() throws {
        let home = try Home()
        try prepare(home)
        let supervisor = try home.startSupervisor()
        try home.koubouctl("submit", "--lines", "--wait", stdin: String(repeating: "exit 1\n", count: 42))
        try home.koubouctl("submit", "--delay", "1h", "true")  // 43
        var skipped: Set<String> = []
        let headings = ["Install", "Agents and models", "The other commands", "Settings"]
        for block in try headings.flatMap(blocks(of:)) {
            if block.hasPrefix("[") {
                try home.write(block, to: "example.conf")
                #expect(try home.koubouctl("config", "--check", "example.conf").text == "ok", "\(block)")
                continue
            }
            for line in block.split(separator: "\n").map(String.init) {
                if let key = Self.skipped.keys.filter({ line == $0 || line.hasPrefix($0 + " ") }).max() {
                    skipped.insert(key)
                } else {
                    let output = try run(line.hasPrefix("$ ") ? String(line.dropFirst(2)) : line, in: home)
                    #expect([0, 1].contains(output.status), "\(line)\n\(output.errors)")
                }
            }
        }
        #expect(skipped == Set(Self.skipped.keys), "what is left out is still there")
        #expect(try home.field("status", of: "43") == "cancelled")
        supervisor.signal(SIGTERM)
    }

    /// The indented blocks below the heading.
    private func blocks(of heading: String) throws -> [String] {
        let lines = try SourceTree.text("README.md").split(separator: "\n", omittingEmptySubsequences: false)
        let section = lines.drop { $0 != "## \(heading)" }.dropFirst().prefix { !$0.hasPrefix("## ") }
        return section.split { !$0.isEmpty && !$0.hasPrefix("    ") }
            .map { $0.map { String($0.dropFirst(4)) }.joined(separator: "\n") }
            .map { String($0.drop { $0 == "\n" }) }.filter { !$0.isEmpty }
    }
}
