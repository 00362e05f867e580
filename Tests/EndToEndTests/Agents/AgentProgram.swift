import Glibc
import KoubouCore
import Testing

/// A program of others that tests use where it is there: `.ci/agents` fetches it.
struct AgentProgram {
    let name: String
    /// Nil when it was not fetched.
    let path: String?

    private init(_ name: String, path: String?) { (self.name, self.path) = (name, path) }

    private init(_ name: String, in environment: String) {
        let python = SourceTree.path(".build/agents/\(environment)/bin/python")
        // The mark is made when all is in its place.
        let isWhole = access(SourceTree.path(".build/agents/\(environment)/whole"), F_OK) == 0
        self.init(name, path: isWhole ? python : nil)
    }

    static let mcp1 = AgentProgram("the client of MCP 1.x", in: "venv1")
    static let mcp2 = AgentProgram("the client of MCP 2.x", in: "venv2")
    static let all = [AgentProgram("the Codex CLI", path: CodexProgram.path), mcp1, mcp2]

    /// Why a test with it is left out.
    var absence: Comment { "\(name) is not in .build/agents: make test-agents fetches it" }
}

@Suite struct AgentProgramTests {
    /// So that nobody takes a test that did not run for one that passed.
    @Test func whatIsLeftOutIsNamedAndCounted() {
        let missing = AgentProgram.all.filter { $0.path == nil }
        guard !missing.isEmpty else { return }
        let names = missing.map(\.name).joined(separator: ", ")
        writeAll(
            "left out: the tests with \(missing.count) of \(AgentProgram.all.count) programs of others: \(names)\n",
            to: STDOUT_FILENO)
    }
}
