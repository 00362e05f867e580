import KoubouCore

/// What a server of the OpenAI Responses protocol says to Codex, as far as Codex needs it.
enum ResponsesStub {
    /// A whole answer that is this message.
    static func says(_ text: String) -> StubServer.Step { .send(head + message(text) + completed) }

    /// Asks for a command to be run; the next request carries its output.
    static func runs(_ command: String) -> StubServer.Step {
        let arguments = JSONText.quoted("{\"cmd\":\(JSONText.quoted(command))}")
        let item = #"{"type":"function_call","call_id":"c1","name":"exec_command","arguments":\#(arguments)}"#
        return .send(head + event("response.output_item.done", #""item":\#(item)"#) + completed)
    }

    /// Begins an answer, and no more.
    static var begins: StubServer.Step { .send(head) }

    /// An answer that is cut off before it is complete.
    static func saysHalf(_ text: String) -> StubServer.Step { .send(head + message(text)) }

    static func refuses(_ status: String, _ error: String = #"{"message":"no"}"#) -> StubServer.Step {
        let body = #"{"error":\#(error)}"#
        return .send(
            "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nConnection: close\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// The service has no more for this account until that second.
    static func usageLimit(until second: Int64) -> StubServer.Step {
        refuses(
            "429 Too Many Requests",
            #"{"type":"usage_limit_reached","message":"limit","plan_type":"plus","resets_at":\#(second)}"#)
    }

    private static let head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        + event("response.created", #""response":{"id":"r1"}"#)

    private static func message(_ text: String) -> String {
        let content = #"[{"type":"output_text","text":\#(JSONText.quoted(text))}]"#
        return event(
            "response.output_item.done", #""item":{"type":"message","role":"assistant","content":\#(content)}"#)
    }

    private static let completed = event(
        "response.completed",
        #""response":{"id":"r1","usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":2},"#
            + #""output_tokens":5,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":15}}"#)

    private static func event(_ type: String, _ members: String) -> String {
        "event: \(type)\ndata: {\"type\":\"\(type)\",\(members)}\n\n"
    }
}
