import Glibc
import KoubouCore
import Testing

/// The reference client from PyPI drives the server: every tool, resource, prompt, subscription and task.
@Suite struct MCPPackageTests {
    private func run(_ client: AgentProgram, _ era: String) throws {
        let home = try Home.forDelegation("[pool]\nmin = 4\nmax = 4\n")
        let supervisor = try home.startSupervisor()
        let python = try #require(client.path)
        let output = try home.run(
            [python, "-W", "ignore", SourceTree.path("Tests/Agents/mcp_client.py"), Home.programs + "/koubouctl", era])
        #expect(output.status == 0, "\(output.text)\n\(output.errors)")
        #expect(output.lines.last?.hasPrefix("all well") ?? false)
        supervisor.signal(SIGTERM)
    }

    @Test(.enabled(if: AgentProgram.mcp1.path != nil, AgentProgram.mcp1.absence))
    func theOldClientInTheEraOfTheHandshake() throws { try run(.mcp1, "handshake") }

    @Test(.enabled(if: AgentProgram.mcp2.path != nil, AgentProgram.mcp2.absence))
    func theNewClientInTheEraOfTheHandshake() throws { try run(.mcp2, "handshake") }

    @Test(.enabled(if: AgentProgram.mcp2.path != nil, AgentProgram.mcp2.absence))
    func theNewClientInTheStatelessEra() throws { try run(.mcp2, "stateless") }
}
