import Glibc
import KoubouCore
import Testing

/// Whatever a client sends, it is answered in JSON, and the next request is served.
@Suite struct MCPFrameTests {
    private static let good = #"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"koubou_wait_for_tasks","arguments":{"task_ids":[1],"timeout":0},"_meta":{"progressToken":1}}}"#

    /// Frames that are wrong in ways that somebody thought of.
    private static var thoughtOf: [[UInt8]] {
        let values = ["null", "true", "-1", "1e400", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "{}", "[[[[]]]]", "99999999999999999999999", "0.1"]
        var lines: [String] = ["", " ", "\t\r", "{", "}", "[", "]", "\"", "nul", "{}{}", "[{}", "{\"a\":}", "\u{feff}{}", "{'a':1}", "[1,2", "NaN"]
        for value in values {
            lines.append(value)
            for member in ["jsonrpc", "id", "method", "params"] {
                var all = ["jsonrpc": "\"2.0\"", "id": "1", "method": "\"tools/call\"", "params": "{}"]
                all[member] = value
                lines.append("{" + all.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}")
            }
            for member in ["name", "arguments", "_meta", "cursor", "uri", "taskId", "task", "notifications", "protocolVersion"] {
                for method in ["tools/call", "resources/read", "tasks/get", "prompts/get"] {
                    lines.append("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\(method)\",\"params\":{\"name\":\"koubou_list_tasks\",\"\(member)\":\(value)}}")
                }
            }
            lines.append("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\(value)}}")
            lines.append("{\"jsonrpc\":\"2.0\",\"id\":\(value),\"result\":{}}")
        }
        let nested = String(repeating: "[", count: 100_000)
        lines += [
            nested, nested + String(repeating: "]", count: 100_000), String(repeating: "{\"a\":", count: 50_000),
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":\(nested)}}",
            "{\"jsonrpc\":\"2.0\",\"id\":\"\(String(repeating: "i", count: 100_000))\",\"method\":\"ping\"}",
            "{\"jsonrpc\":\"2.0\",\"id\":\(String(repeating: "9", count: 10_000)),\"method\":\"ping\"}",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\(String(repeating: "m", count: 100_000))\"}",
            "[]", "[[]]", "[" + good + "]",
        ]
        return lines.map { Array($0.utf8) } + [[0xff, 0xfe], [0xc3], [0x7b, 0x7d, 0x00], [UInt8](repeating: 0x80, count: 5000)]
    }

    /// A good frame with some bytes changed, cut or doubled.
    private static func mutilated(_ random: inout ChaosGenerator) -> [UInt8] {
        var bytes = Array(good.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[index] = .random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            case 2: bytes.removeLast(bytes.count - max(index, 1))
            default: bytes.insert(contentsOf: bytes[index..<min(index + 8, bytes.count)], at: index)
            }
        }
        return bytes.filter { $0 != 0x0a }
    }

    @Test(arguments: [false, true])
    func noFrameHarmsTheServer(isStateless: Bool) throws {
        var random = ChaosGenerator(seed: 20261124)
        let frames = Self.thoughtOf + (0..<200).map { _ in Self.mutilated(&random) }
        #expect(frames.count > 700)
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        if isStateless { client.beStateless() } else { try client.handshake() }
        for (index, frame) in frames.enumerated() {
            client.send(frame + [0x0a])
            // Answers are read meanwhile, and each of them is checked to be JSON of one line.
            if index % 50 == 0 { _ = try client.ask(isStateless ? "server/discover" : "ping") }
        }
        #expect(try client.value(client.ask("tools/list"), "$.result.tools[0].name") == "koubou_delegate_task")
        client.closeInput()
        #expect(try client.finish() == 0)
    }

    @Test func linesOfTenMegabytesAreReadAndLongerOnesRefused() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        try client.handshake()
        let prompt = String(repeating: "x", count: 10_000_000)
        let task = try client.delegate(prompt)
        #expect(try home.queue().taskJSON(of: TaskID(1))?.utf8.count ?? 0 > 10_000_000 && task == "1")
        client.send(String(repeating: "y", count: 20_000_000))
        try client.until("that the line is too long") { client.hasAnswer(to: "null") }
        #expect(try client.value(client.answer(to: "null"), "$.error.code") == "-32700")
        #expect(try client.value(client.ask("ping"), "$.result") == "{}")
    }

    @Test func batchesAreForOneRevision() throws {
        let home = try Home.forDelegation()
        let client = try MCPClient(home)
        try client.handshake("2025-03-26")
        let task = try client.delegate("true")
        client.send("""
            [{"jsonrpc":"2.0","id":"a","method":"ping"},{"jsonrpc":"2.0","method":"notifications/initialized"},7,
            """.filter { $0 != "\n" } + """
            {"jsonrpc":"2.0","id":"b","method":"tools/call","params":{"name":"koubou_wait_for_tasks","arguments":{"task_ids":[\(task)]}}},{"jsonrpc":"2.0","id":"c","method":"nope"}]
            """)
        #expect(try client.value(client.ask("ping"), "$.result") == "{}", "the batch waits, others don't")
        try home.run(["koubou-worker", "--once"])
        try client.until("the answers of the batch") { client.hasAnswer(to: "batch") }
        let answers = try JSONReader().elements(ofJSON: client.answer(to: "batch"))
        #expect(try Set(answers.map { try client.value($0, "$.id") }) == ["a", "b", "c", ""])
        client.send(#"[{"jsonrpc":"2.0","method":"notifications/initialized"}]"#)
        client.send("[]")
        try client.until("that an empty batch is none") { client.hasAnswer(to: "null") }
        #expect(try client.value(client.answer(to: "null"), "$.error.code") == "-32600")

        let newer = try MCPClient(home)
        try newer.handshake("2025-06-18")
        newer.send(#"[{"jsonrpc":"2.0","id":"a","method":"ping"}]"#)
        try newer.until("that batches are no more") { newer.hasAnswer(to: "null") }
        #expect(try newer.value(newer.answer(to: "null"), "$.error.code") == "-32600")
    }
}
