import Glibc
import KoubouCore
import Testing

/// Clients of others, against a gateway whose tasks are done.
@Suite struct ClientTests {
    private func gateway() throws -> ServedHome {
        let home = try Home()
        // As clients expect it: they write to port 8765 of this machine in their code.
        try home.configure("[serve]\nrate = 0\n[type general]\ncommand = cat\n[type code]\ncommand = cat\n[task]\nkill_grace = 100ms\n")
        return try ServedHome(home)
    }

    /// The Python of README, as it is written there; only the port is that of the test.
    @Test(.enabled(if: WebProgram.python.path != nil, WebProgram.python.absence))
    func theCodeOfTheReadmeRuns() throws {
        let served = try gateway()
        let supervisor = try served.home.startSupervisor()
        let lines = try SourceTree.text("README.md").split(separator: "\n", omittingEmptySubsequences: false)
        let block = lines.drop { !$0.hasPrefix("    import requests") }.prefix { $0.hasPrefix("    ") || $0.isEmpty }
        #expect(block.count > 5)
        let code = block.map { $0.dropFirst(4) }.joined(separator: "\n").replacing("localhost:8765", with: "localhost:\(served.port)")
        try served.home.write(code, to: "client.py")
        let output = try served.home.run([try #require(WebProgram.python.path), "-W", "error", "client.py"])
        #expect(output.status == 0, "\(output.errors)")
        #expect(output.text.contains("'success': True"), "\(output.text)")
        supervisor.signal(SIGTERM)
    }

    @Test(.enabled(if: WebProgram.python.path != nil, WebProgram.python.absence))
    func httpxFollowsEventsAndOutputs() throws {
        let served = try gateway()
        let supervisor = try served.home.startSupervisor()
        try served.home.write(
            """
            import sys, json, httpx
            with httpx.Client(base_url=sys.argv[1], timeout=30) as client, client.stream("GET", "/events", params={"since": 0}) as events:
                assert events.headers["content-type"] == "text/event-stream"
                ids = [client.post("/task/delegate", json={"prompt": str(n)}).json()["task_id"] for n in range(20)]
                done, last = set(), 0
                for line in events.iter_lines():
                    if line.startswith("id: "):
                        assert int(line[4:]) > last, line
                        last = int(line[4:])
                    if line.startswith("data: "):
                        event = json.loads(line[6:])
                        if event["to"] == "completed":
                            done.add(event["task_id"])
                            if done == set(ids):
                                break
                for n, task in enumerate(ids):
                    assert client.get(f"/task/{task}/output", params={"follow": 1}).text == str(n)
            print("all well")
            """, to: "client.py")
        let output = try served.home.run([try #require(WebProgram.python.path), "client.py", served.url])
        #expect(output.status == 0 && output.text == "all well", "\(output.text)\(output.errors)")
        supervisor.signal(SIGTERM)
    }

    /// The description of the gateway, put to the test: 2,000 requests that fit it, or just don't. Streams without an end are
    /// left out, as it would wait for that, and so is the protocol at /mcp.
    @Test(.enabled(if: WebProgram.schemathesis.path != nil, WebProgram.schemathesis.absence))
    func schemathesisFindsNoFault() throws {
        let served = try gateway()
        let home = served.home
        // It is there, so that all is healthy, and does not follow when the pool is to have 10,000 workers.
        home.patience = .seconds(300)
        let supervisor = try home.startSupervisor()
        supervisor.signal(SIGSTOP)
        defer { supervisor.signal(SIGKILL) }
        let workers = try (8...9).map { try home.start("/usr/bin/env", "WORKER_ID=worker_00\($0)", Home.programs + "/koubou-worker") }
        let output = try home.run([
            try #require(WebProgram.schemathesis.path), "--config-file", SourceTree.path("Tests/Web/schemathesis.toml"), "run",
            served.url + "/openapi.json", "--checks", "all", "--max-examples", "150", "--seed", "1", "--no-color",
            "--request-timeout", "30", "--exclude-path", "/events", "--exclude-path", "/ws", "--exclude-path", "/mcp", "--phases", "coverage,fuzzing,stateful", "--warnings", "off",
        ])
        #expect(output.status == 0, "\(output.text)\n\(output.errors)")
        let count = output.text.firstMatch(of: /(\d+) generated/).flatMap { Int($0.1) } ?? 0
        #expect(count >= 2000, "\(output.text.suffix(500))")
        #expect(served.program.isRunning)
        for worker in workers { worker.signal(SIGTERM) }
    }
}
