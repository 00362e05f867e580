import Glibc
import KoubouCore
import Testing

/// What `koubouctl mcp` tells in the log that all servers of a home share.
@Suite struct MCPLogTests {
    private static let secret = "sk-4711-secret"

    private func lines(of client: MCPClient, in home: Home) throws -> [String] {
        try home.read("home/logs/mcp_server.log").split(separator: "\n").filter { $0.contains("server=mcp pid=\(client.pid)") }
            .map { String($0.split(separator: " ").dropFirst().joined(separator: " ").replacing(" server=mcp pid=\(client.pid)", with: "")) }
    }

    @Test func whatWasDoneIsToldAndNothingThatAClientWrote() throws {
        let home = try Home.forDelegation("[log]\nlevel = debug\n")
        let client = try MCPClient(home)
        let other = try MCPClient(home)
        _ = try home.queue()
        try client.handshake()
        other.beStateless()
        _ = try other.ask("server/discover", "{\"x\":\"\(Self.secret)\"}")
        let task = try client.delegate("echo \(Self.secret)", "\"title\":\"\(Self.secret)\"")
        _ = try client.call("cancel_task", "{\"task_id\":\(task)}")
        _ = try client.call("retry_task", "{\"task_id\":\(task)}")
        _ = try client.mistake("delegate_task", "{\"type\":\"\(Self.secret)\",\"prompt\":\"x\"}")
        _ = try client.ask("\(Self.secret)")
        client.send("{\"\(Self.secret)\"")
        _ = try client.ask("ping")
        client.closeInput()
        #expect(try client.finish() == 0)
        kill(other.pid, SIGTERM)
        #expect(try other.finish() == 128 + SIGTERM)
        #expect(
            try lines(of: client, in: home) == [
                #"level=info msg="client connected" revision=2025-11-25"#, "level=debug msg=asked method=tools/call",
                "level=info msg=delegated tasks=\(task)", "level=debug msg=asked method=tools/call",
                #"level=info msg="cancel requested" tasks=\#(task)"#, "level=debug msg=asked method=tools/call",
                "level=info msg=retried tasks=\(task)", "level=debug msg=asked method=tools/call",
                "level=warn msg=refused code=-32601", "level=warn msg=refused code=-32700", "level=debug msg=asked method=ping",
                #"level=info msg="client has gone" status=0"#,
            ])
        #expect(
            try lines(of: other, in: home) == [
                #"level=info msg="client connected" revision=2026-07-28"#, #"level=info msg="ended by a signal" status=143"#,
            ])
        #expect(try !home.read("home/logs/mcp_server.log").contains(Self.secret))
    }

    @Test func aQueueThatCannotBeReadIsAnError() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        try client.handshake()
        _ = try client.delegate("true")
        try home.shell("rm -rf home/db; mkdir home/db; echo 'no database, and as long as a page has to be' > home/db/koubou.db")
        #expect(try client.mistake("list_tasks", "{}").contains("not a database"))
        #expect(try lines(of: client, in: home).contains { $0.hasPrefix("level=error msg=\"request failed\" error=") && $0.contains("not a database") })
    }

    /// An agent may be asked to start all its servers although nobody uses the queue.
    @Test func aHandshakeAloneMakesNoHome() throws {
        let home = try Home()
        let client = try MCPClient(home)
        try client.handshake()
        client.closeInput()
        #expect(try client.finish() == 0)
        #expect(!home.exists("home"))
    }
}
