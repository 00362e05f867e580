import Glibc
import KoubouCore
import Testing

/// What the examples of the documentation need to be run.
extension Home {
    /// A queue whose programs are there that the types call for, or what stands for them, and some files.
    func prepareForExamples() throws {
        environment = environment.filter { !$0.hasPrefix("KOUBOU_HOME=") }
            .map { $0.hasPrefix("PATH=") ? "PATH=\(folder)/programs:" + $0.dropFirst(5) : $0 } + ["KOUBOU_HOME=\(path)"]
        try shell("mkdir programs; cp '\(SourceTree.path("README.md"))' .; cp -r '\(SourceTree.path("man"))' .")
        try installAgents()
        try write("#!/bin/sh\ncat\n", to: "programs/dot", mode: 0o700)
        try write("#!/bin/sh\nexec /usr/bin/make -n -C '\(SourceTree.path("."))' \"$@\"\n", to: "programs/make", mode: 0o700)
        try write("#!/bin/sh\nexec \"$@\"\n", to: "programs/sudo", mode: 0o700)
        try write(Self.claude, to: "programs/claude", mode: 0o700)
        try write("0\n", to: "report.txt")
    }

    /// Codex, and curl for a model server.
    func installAgents() throws {
        try write(Self.codex, to: "programs/codex", mode: 0o700)
        try write(Self.curl, to: "programs/curl", mode: 0o700)
    }

    private static let codex = """
        #!/bin/sh
        case $* in --version) echo codex-cli 0.118.0; exit ;; *--help) echo --json; exit ;; esac
        cat >/dev/null
        echo '{"type":"item.completed","item":{"type":"agent_message","text":"done"}}'
        echo '{"type":"turn.completed"}'

        """

    /// Answers for Ollama; what goes elsewhere is done by the real one.
    private static let curl = #"""
        #!/bin/sh
        case $* in
        *localhost:*) exec /usr/bin/curl "$@" ;;
        */api/tags) echo '{"models":[{"name":"gpt-oss:20b","size":1000000}]}'; exit ;;
        */api/ps) echo '{"models":[]}'; exit ;;
        esac
        printf 'HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n'
        echo '{"message":{"content":"An answer."},"done":false}'
        echo '{"message":{"content":""},"done":true}'

        """#

    /// Starts a server as `claude mcp add` is told to, and asks it what Claude Code asks; the answers stay in a file.
    private static let claude = #"""
        #!/bin/bash
        [ "$1 $2 $4" = "mcp add --" ] || exit 64
        name=$3
        shift 4
        printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"roots":{}},"clientInfo":{"name":"claude-code","version":"2.0.0"}}}' \
          '{"jsonrpc":"2.0","method":"notifications/initialized"}' '{"jsonrpc":"2.0","id":2,"method":"tools/list"}' \
          '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"koubou_delegate_task","arguments":{"type":"code","prompt":"x"}}}' \
          | "$@" >"$HOME/$name.answers"

        """#

    /// As a shell runs it; one that follows something and never ends is ended when it has told of a failure.
    func runExample(_ example: String) throws -> Output {
        let isEndless = example.contains("events -f") || example.hasPrefix("curl -N")
        try write("set -o pipefail\n" + (isEndless ? Self.untilALine(example) : example) + "\n", to: "example.sh")
        return try shell("bash example.sh")
    }

    private static func untilALine(_ example: String) -> String {
        """
        set -m; ( \(example.split(separator: "#")[0]) ) > followed &
        until test -s followed; do koubouctl submit --wait 'exit 1' 2>/dev/null || true; done
        disown; kill -- -$!
        """
    }
}

extension SourceTree {
    /// The indented blocks below a heading of the README.
    static func blocks(of heading: String) throws -> [String] {
        let lines = try text("README.md").split(separator: "\n", omittingEmptySubsequences: false)
        let section = lines.drop { $0 != "## \(heading)" }.dropFirst().prefix { !$0.hasPrefix("## ") }
        return section.split { !$0.isEmpty && !$0.hasPrefix("    ") }
            .map { $0.map { String($0.dropFirst(4)) }.joined(separator: "\n") }
            .map { String($0.drop { $0 == "\n" }) }.filter { !$0.isEmpty }
    }
}
