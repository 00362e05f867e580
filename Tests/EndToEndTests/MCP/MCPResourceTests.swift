import Glibc
import KoubouCore
import Testing

/// Resources, subscriptions and the prompt, in the era of the handshake.
@Suite struct MCPResourceTests {
    private func read(_ client: MCPClient, _ uri: String) throws -> String {
        try client.value(client.ask("resources/read", "{\"uri\":\"\(uri)\"}"), "$.result.contents[0].text")
    }

    @Test func resourcesAreListedAndRead() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        try client.handshake()
        let task = try client.delegate("printf 'a\\033b'; exit 3", #""title":"odd""#)
        #expect(try read(client, "koubou://task/\(task)/output") == "", "nothing yet")
        try home.run(["koubou-worker", "--once"])
        #expect(try read(client, "koubou://task/\(task)/output") == "a\u{1b}b")
        #expect(try client.value(read(client, "koubou://task/\(task)"), "$.exit_status") == "3")
        #expect(try client.value(read(client, "koubou://stats"), "$.tasks.failed") == "1")
        let list = try client.ask("resources/list")
        #expect(try client.value(list, "$.result.resources[0].uri") == "koubou://stats")
        #expect(try client.value(list, "$.result.resources[1].title") == "Task \(task), failed: odd")
        #expect(try client.value(client.ask("resources/templates/list"), "$.result.resourceTemplates[1].uriTemplate") == "koubou://task/{id}/output")
        for uri in ["koubou://task/4711", "koubou://task/4711/output", "koubou://task/x", "file:///etc/passwd"] {
            #expect(try client.value(client.ask("resources/read", "{\"uri\":\"\(uri)\"}"), "$.error.code") == "-32002")
        }
        #expect(try client.value(client.ask("resources/read"), "$.error.code") == "-32602")
    }

    @Test func anOutputThatIsNoTextIsABlob() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        try client.handshake()
        let task = try client.delegate("printf '\\377\\000'")
        try home.run(["koubou-worker", "--once"])
        let answer = try client.ask("resources/read", "{\"uri\":\"koubou://task/\(task)/output\"}")
        #expect(try client.value(answer, "$.result.contents[0].blob") == "/wA=")
        #expect(try client.value(answer, "$.result.contents[0].mimeType") == "application/octet-stream")
        #expect(try client.value(answer, "$.result.contents[0].text") == "")
    }

    @Test func manyResourcesComeInPages() throws {
        let home = try Home.forDelegation()
        try home.koubouctl("submit", "--lines", stdin: String(repeating: "true\n", count: 120))
        let client = try MCPClient(home)
        try client.handshake()
        var (uris, cursor) = (Set<String>(), "")
        repeat {
            let page = try client.ask("resources/list", cursor.isEmpty ? "{}" : "{\"cursor\":\"\(cursor)\"}")
            let resources = try JSONReader().elements(ofJSON: client.value(page, "$.result.resources"))
            for resource in resources { #expect(uris.insert(try client.value(resource, "$.uri")).inserted) }
            cursor = try client.value(page, "$.result.nextCursor")
        } while !cursor.isEmpty
        #expect(uris.count == 121)
        #expect(try client.value(client.ask("resources/list", #"{"cursor":"x"}"#), "$.error.code") == "-32602")
    }

    @Test func subscribersHearOfChanges() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        try client.handshake()
        let gate = try Gate(in: home)
        let task = try client.delegate("echo first; \(gate.command)")
        let uris = ["koubou://task/\(task)", "koubou://task/\(task)/output", "koubou://stats"]
        for uri in uris { #expect(try client.value(client.ask("resources/subscribe", "{\"uri\":\"\(uri)\"}"), "$.result") == "{}") }
        func told(_ uri: String) throws -> Int {
            try client.told("notifications/resources/updated").count { try client.value($0, "$.uri") == uri }
        }
        let supervisor = try home.startSupervisor()
        for uri in uris { try client.until("that \(uri) has changed") { try told(uri) > 0 } }
        #expect(try client.value(client.ask("resources/unsubscribe", "{\"uri\":\"\(uris[1])\"}"), "$.result") == "{}")
        let before = try (told(uris[0]), told(uris[1]))
        gate.open()
        try client.until("the end") { try told(uris[0]) > before.0 }
        #expect(try told(uris[1]) == before.1, "who has left hears no more")
        #expect(try client.value(client.ask("resources/subscribe", #"{"uri":"koubou://task/4711"}"#), "$.error.code") == "-32002")
        supervisor.signal(SIGTERM)
    }

    @Test func thePromptTeachesToDelegate() throws {
        let client = try MCPClient(try Home())
        try client.handshake()
        #expect(try client.value(client.ask("prompts/list"), "$.result.prompts[0].name") == "delegate")
        let prompt = try client.ask("prompts/get", #"{"name":"delegate","arguments":{"goal":"all tests \"green\""}}"#)
        let text = try client.value(prompt, "$.result.messages[0].content.text")
        #expect(text.hasSuffix("The goal: all tests \"green\"") && text.contains("koubou_delegate_task"))
        #expect(try client.value(client.ask("prompts/get", #"{"name":"x"}"#), "$.error.code") == "-32602")
    }
}
