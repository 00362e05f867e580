import KoubouCore
import Testing

/// A client of `/mcp` that writes its requests by hand.
final class MCPHTTPClient {
    let served: ServedHome
    let reader: JSONReader
    var session: String?
    /// Of all requests.
    var headers: [String] = []
    var accept = "application/json, text/event-stream"
    private var number = 0

    init(_ served: ServedHome) throws { (self.served, reader) = (served, try JSONReader()) }

    convenience init(_ home: Home) throws { try self.init(ServedHome(home)) }

    /// A home whose clients may hand in what `types` says over HTTP, and anything by MCP itself.
    static func home(_ types: String = "shell") throws -> Home {
        try Home.forDelegation("[serve]\nallow_types = \(types)\n")
    }

    func value(_ json: String, _ path: String) throws -> String { try reader.value(inJSON: json, at: path) ?? "" }

    /// The JSON of a request.
    func message(_ method: String, _ params: String = "{}") -> String {
        number += 1
        return "{\"jsonrpc\":\"2.0\",\"id\":\(number),\"method\":\"\(method)\",\"params\":\(params)}"
    }

    private var all: [String] { headers + (session.map { ["Mcp-Session-Id: \($0)"] } ?? []) }

    /// Sends a message on a connection of its own, without waiting for the answer.
    func open(_ body: String, _ more: [String] = []) throws -> HTTPConnection {
        let connection = try served.connect()
        let accepted = accept.isEmpty ? [] : ["Accept: \(accept)"]
        connection.send(HTTPConnection.text("POST", "/mcp", body, accepted + all + more))
        return connection
    }

    func post(_ body: String, _ more: String...) throws -> HTTPConnection.Answer { try open(body, more + ["Connection: close"]).answer() }

    /// Opens the stream of the session, or goes on with another one; its head has been read.
    func listen(after id: String? = nil) throws -> HTTPConnection {
        let connection = try served.connect()
        let more = ["Accept: text/event-stream"] + (id.map { ["Last-Event-ID: \($0)"] } ?? [])
        connection.send(HTTPConnection.text("GET", "/mcp", nil, all + more))
        #expect(try connection.head().status == 200)
        return connection
    }

    func ask(_ method: String, _ params: String = "{}") throws -> String {
        let answer = try post(message(method, params))
        #expect(answer.status == 200, "\(answer.text)")
        return answer.text
    }

    func handshake(_ revision: String = "2025-11-25") throws {
        session = nil
        let answer = try post(message("initialize", "{\"protocolVersion\":\"\(revision)\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}"))
        #expect(answer.status == 200 && answer.header("content-type") == "application/json")
        #expect(try value(answer.text, "$.result.protocolVersion") == revision)
        session = answer.header("mcp-session-id")
        #expect(session != nil)
    }

    /// A request that stands alone, with the headers that belong to it.
    func askAlone(_ method: String, _ params: String = "", capabilities: String = "{}", _ more: String...) throws -> HTTPConnection.Answer {
        try openAlone(method, params, capabilities: capabilities, more + ["Connection: close"]).answer()
    }

    func openAlone(_ method: String, _ params: String = "", capabilities: String = "{}", _ more: [String] = []) throws -> HTTPConnection {
        let meta = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":\(capabilities)}"
        return try open(
            message(method, "{" + [params, meta].filter { !$0.isEmpty }.joined(separator: ",") + "}"),
            ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: \(method)"] + more)
    }

    /// What a tool says; the answer must be no error.
    func call(_ tool: String, _ arguments: String) throws -> String {
        let answer = try ask("tools/call", "{\"name\":\"koubou_\(tool)\",\"arguments\":\(arguments)}")
        #expect(try value(answer, "$.result.isError") == "0", "\(answer)")
        return try value(answer, "$.result.structuredContent")
    }

    /// What a tool says to a mistake.
    func mistake(_ tool: String, _ arguments: String) throws -> String {
        let answer = try ask("tools/call", "{\"name\":\"koubou_\(tool)\",\"arguments\":\(arguments)}")
        #expect(try value(answer, "$.result.isError") == "1", "\(answer)")
        return try value(answer, "$.result.content[0].text")
    }

    func delegate(_ script: String) throws -> String {
        try value(call("delegate_task", "{\"type\":\"shell\",\"prompt\":\(JSONText.quoted(script))}"), "$.task_id")
    }
}

extension HTTPConnection {
    /// The next event that holds a message: its id, and the message.
    func event() throws -> (id: String, message: String) {
        var id = ""
        while true {
            let line = try nextLine()
            if line.hasPrefix("id: ") { id = String(line.dropFirst(4)) }
            if line.hasPrefix("data: ") { return (id, String(line.dropFirst(6))) }
        }
    }

    private func nextLine() throws -> String { try #require(line(), "the stream has ended") }

    /// The id of the next event, whatever it holds.
    func eventID() throws -> String {
        while true {
            let line = try nextLine()
            if line.hasPrefix("id: ") { return String(line.dropFirst(4)) }
        }
    }
}
