import Glibc
import KoubouCore
import Testing

/// The reference client from PyPI drives the server: every tool, resource, prompt, subscription and task.
@Suite struct MCPPackageTests {
    private enum Way: String { case stdio, http }

    private func run(_ client: AgentProgram, _ era: String, over way: Way = .stdio) throws {
        let home = try Home.forDelegation("[pool]\nmin = 4\nmax = 4\n[serve]\nallow_types = code, general, shell\n")
        home.patience = .seconds(400)
        let supervisor = try home.startSupervisor()
        let gateway = way == .http ? try ServedHome(home) : nil
        let python = try #require(client.path)
        let server = gateway.map { $0.url + "/mcp" } ?? Home.programs + "/koubouctl"
        let output = try home.run([python, "-W", "ignore", SourceTree.path("Tests/Agents/mcp_client.py"), server, era])
        #expect(output.status == 0, "\(output.text)\n\(output.errors)")
        #expect(output.lines.last?.hasPrefix("all well") ?? false)
        gateway?.program.signal(SIGTERM)
        supervisor.signal(SIGTERM)
    }

    @Test(.enabled(if: AgentProgram.mcp1.path != nil, AgentProgram.mcp1.absence))
    func theOldClientInTheEraOfTheHandshake() throws { try run(.mcp1, "handshake") }

    @Test(.enabled(if: AgentProgram.mcp2.path != nil, AgentProgram.mcp2.absence))
    func theNewClientInTheEraOfTheHandshake() throws { try run(.mcp2, "handshake") }

    @Test(.enabled(if: AgentProgram.mcp2.path != nil, AgentProgram.mcp2.absence))
    func theNewClientInTheStatelessEra() throws { try run(.mcp2, "stateless") }

    @Test(.enabled(if: AgentProgram.mcp1.path != nil, AgentProgram.mcp1.absence))
    func theOldClientOverHTTP() throws { try run(.mcp1, "handshake", over: .http) }

    @Test(.enabled(if: AgentProgram.mcp2.path != nil, AgentProgram.mcp2.absence))
    func theNewClientOverHTTPInTheEraOfTheHandshake() throws { try run(.mcp2, "handshake", over: .http) }

    @Test(.enabled(if: AgentProgram.mcp2.path != nil, AgentProgram.mcp2.absence))
    func theNewClientOverHTTPInTheStatelessEra() throws { try run(.mcp2, "stateless", over: .http) }
}
