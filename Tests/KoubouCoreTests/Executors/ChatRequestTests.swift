import Testing

@testable import KoubouCore

struct ChatRequestTests {
    @Test func asksOllama() throws {
        let server = ChatServer(.ollama, url: "http://127.0.0.1:11434", model: "m\"x") {
            ($0.system, $0.options, $0.keepAlive) = ("be brief", "{\"seed\":1}", "5m")
            $0.format = "{\"type\":\"object\"}"
        }
        let body = try ChatRequest(server, prompt: Array("line\n\"quoted\" ü".utf8)).body
        let queue = try TestQueue()
        for (path, value) in [
            ("$.model", "m\"x"), ("$.messages[0].role", "system"), ("$.messages[0].content", "be brief"),
            ("$.messages[1].content", "line\n\"quoted\" ü"), ("$.stream", "1"), ("$.options.seed", "1"),
            ("$.keep_alive", "5m"), ("$.format.type", "object"),
        ] { #expect(queue.json(body, path) == value) }
    }

    @Test(arguments: [("5m", "5m", "text"), ("-1", "-1", "integer"), ("0", "0", "integer")])
    func theTimeThatAModelIsKeptIsANumberOrHasAUnit(text: String, value: String, kind: String) throws {
        let server = ChatServer(.ollama, url: "http://h", model: "m") { $0.keepAlive = text }
        let fields = try TestQueue().store.json.fields(ofJSON: ChatRequest(server, prompt: []).body)
        let field = try #require(fields?.first { $0.key == "keep_alive" })
        #expect(field.text == value && field.kind.rawValue == kind)
    }

    @Test(arguments: [("json", "\"json\""), ("\"json\"", "\"json\""), ("{\"type\":\"object\"}", "{\"type\":\"object\"}")])
    func aFormatOfTheTaskMayBeAWord(text: String, format: String) {
        #expect(AgentSettings().overridden(by: ["format": text]).format == format)
    }

    @Test func asksOpenAI() throws {
        let server = ChatServer(.openai, url: "https://h/v1", model: "g") {
            ($0.options, $0.format) = ("{\"temperature\":0.5}", "\"json\"")
        }
        let request = try ChatRequest(server, prompt: Array("hi".utf8))
        let queue = try TestQueue()
        for (path, value) in [
            ("$.messages[0].content", "hi"), ("$.temperature", "0.5"), ("$.response_format.type", "json_object"),
            ("$.stream_options.include_usage", "1"),
        ] { #expect(queue.json(request.body, path) == value) }
        let configuration = try request.curlConfiguration(key: "k\"ey\\")
        #expect(configuration.contains("url = \"https://h/v1/chat/completions\"\n"))
        #expect(configuration.contains("header = \"Authorization: Bearer k\\\"ey\\\\\"\n"))
        #expect(!configuration.contains("noproxy"))
    }

    @Test(arguments: ["http://127.0.0.1:1", "http://localhost:1/v1", "http://[::1]:9"])
    func noProxyStandsBeforeThisMachine(url: String) throws {
        let request = try ChatRequest(ChatServer(.ollama, url: url, model: "m"), prompt: [])
        #expect(try request.curlConfiguration(key: nil).contains("noproxy = \"*\"\n"))
    }

    @Test func whatCannotBeSentIsRefused() throws {
        let server = ChatServer(.ollama, url: "http://h\ninclude", model: "m")
        #expect(throws: ChatRequestError.self) { try ChatRequest(server, prompt: [0xff]) }
        let request = try ChatRequest(server, prompt: [])
        #expect(throws: ChatRequestError.self) { try request.curlConfiguration(key: nil) }
    }
}
