import Glibc
import KoubouCore
import Testing

/// The README's words on agents and HTTP are true.
@Suite struct AgentExampleTests {
    private static let heading = "Agents that hand in work"

    /// The commands of a block after `$`, each with the lines that are shown below it.
    private func steps(_ block: String) -> [(command: String, shown: [String])] {
        let lines = block.split(separator: "\n").map(String.init)
        return lines.indices.filter { lines[$0].hasPrefix("$ ") }.map { index in
            (String(lines[index].dropFirst(2)), Array(lines[(index + 1)...].prefix { !$0.hasPrefix("$ ") }))
        }
    }

    /// What is missing is found by the doctor; when it is there, Claude Code gets a server that it can use.
    @Test func theDoctorFindsWhatIsMissingAndTheServerIsAdded() throws {
        let home = try Home()
        try home.prepareForExamples()
        try home.shell("rm programs/codex; printf '#!/bin/sh\\nexit 7\\n' > programs/curl")
        let steps = try SourceTree.blocks(of: Self.heading).filter { $0.hasPrefix("$ ") }.flatMap(steps)
        #expect(steps.map(\.command) == ["koubouctl start", "koubouctl doctor", "koubouctl doctor | grep -E 'code|general'", "claude mcp add koubou -- koubouctl mcp"])
        for (index, step) in steps.enumerated() {
            if index == 2 { try home.installAgents() }
            let output = try home.runExample(step.command)
            #expect(output.status == 0 && output.errors == "", "\(step.command)\n\(output.errors)")
            for line in step.shown where line != "..." && index > 0 {
                // Versions, paths and sizes are those of the machine.
                let beginning = line.prefix(while: { $0 != "(" }).split(separator: "×")[0]
                #expect(output.lines.contains { $0.hasPrefix(beginning.prefix(index == 2 ? 33 : 400)) }, "\(line)\n\(output.text)")
            }
        }
        let answers = try home.read("koubou.answers").split(separator: "\n").map(String.init)
        #expect(answers.count == 3)
        #expect(try home.json(answers[0], "$.result.serverInfo.name") == "koubou")
        #expect(try home.json(answers[1], "$.result.tools[0].name") == "koubou_delegate_task")
        #expect(try home.json(answers[2], "$.result.structuredContent.task_id") == "1")
        #expect(try home.end(of: "1") == 0 && home.koubouctl("result", "1").text == "done")
    }

    /// The calls of the session that is shown are taken, and their answers have the members that are shown.
    @Test func theSessionIsOneThatCanBe() throws {
        let home = try Home()
        try home.prepareForExamples()
        let supervisor = try home.startSupervisor()
        let blocks = try SourceTree.blocks(of: Self.heading)
        let session = try #require(blocks.first { $0.contains("koubou_delegate_batch(") }).split(separator: "\n").map(String.init)
        let client = try MCPClient(home)
        try client.handshake()
        let prompt = "Read Sources/Net/Pool.swift"
        let answers = try [
            ("delegate_batch", "{\"tasks\":[{\"type\":\"code\",\"title\":\"review Pool.swift\",\"prompt\":\"\(prompt)\"},{\"type\":\"code\",\"prompt\":\"x\"},{\"type\":\"code\",\"prompt\":\"y\"}]}"),
            ("wait_for_tasks", "{\"task_ids\":[1,2,3]}"), ("get_task_result", "{\"task_id\":1}"),
        ].map { tool, arguments in
            let call = try #require(session.firstIndex { $0.hasPrefix("koubou_\(tool)(") })
            for name in session[call].matches(of: /(\w+):/).map({ String($0.output.1) }) {
                #expect(arguments.contains("\"\(name)\""), "\(session[call])")
            }
            return (told: try client.call(tool, arguments), shown: session[call + 1])
        }
        for (told, shown) in answers {
            for member in shown.matches(of: /"(\w+)":/).map({ String($0.output.1) }) {
                #expect(told.contains("\"\(member)\":"), "\(member) in \(told)")
            }
        }
        let next = try client.value(answers[0].told, "$.next")
        #expect(answers[0].shown.contains(next), "\(next)")
        #expect(try client.value(answers[2].told, "$.output") == "done")
        supervisor.signal(SIGTERM)
    }

    @Test func theTypesThatAreAllowed() throws {
        let home = try Home()
        let block = try #require(SourceTree.blocks(of: Self.heading).last)
        try home.configure(block + "\n[type summarise]\ncommand = cat\n")
        let client = try MCPClient(home)
        try client.handshake()
        #expect(try client.value(client.call("delegate_task", #"{"type":"summarise","prompt":"x"}"#), "$.task_id") == "1")
        #expect(try client.mistake("delegate_task", #"{"type":"shell","prompt":"x"}"#).contains("code, general, summarise"))
    }

    /// In the place of the module that is installed from elsewhere.
    private static let requests = """
        import json as j, urllib.request as u
        class Answer:
            def __init__(self, text): self.text = text
            def json(self): return j.loads(self.text)
        def get(url): return Answer(u.urlopen(url).read())
        def post(url, json):
            return get(u.Request(url, j.dumps(json).encode(), {"Content-Type": "application/json"}))

        """

    @Test(.enabled(if: access("/usr/bin/curl", X_OK) == 0 && access("/usr/bin/python3", X_OK) == 0))
    func theBlocksOnHTTP() throws {
        let home = try Home()
        try home.prepareForExamples()
        try home.configure("[serve]\nlisten = 127.0.0.1:0\n")
        try home.write(Self.requests, to: "requests.py")
        let blocks = try SourceTree.blocks(of: "HTTP").flatMap { $0.split(separator: "\n\n").map(String.init) }
        var port = ""
        for block in blocks {
            if block.hasPrefix("import requests") {
                try home.write(block.replacing(":8765", with: ":\(port)") + "\n", to: "client.py")
                let output = try home.run(["/usr/bin/python3", "client.py"])
                #expect(output.status == 0, "\(output.errors)")
                continue
            }
            for line in block.split(separator: "\n").map(String.init) {
                let output = try home.runExample(line.replacing(":8765", with: ":\(port)"))
                #expect(output.status == 0, "\(line)\n\(output.errors)\n\(output.text)")
                if line.hasPrefix("koubouctl start") { port = String(output.text.split(separator: ":").last ?? "") }
                if line.contains("sync") { #expect(output.text.contains("An answer."), "\(output.text)") }
                if line.contains("/task/1/status") { #expect(try home.json(output.text, "$.status") == "completed") }
            }
        }
        #expect(try home.field("priority", of: home.koubouctl("list", "-t", "code", "--format", "{task_id}").lines.first ?? "") == "8")
        #expect(try home.koubouctl("stop").status == 0)
    }
}
