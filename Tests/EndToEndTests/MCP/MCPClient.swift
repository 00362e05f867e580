import Glibc
import KoubouCore
import Testing

/// A client of `koubouctl mcp`: writes lines to it, and reads what it says.
final class MCPClient {
    let pid: pid_t
    /// Held, as its end is the end of all its processes.
    private let home: Home
    private let input: Int32
    private var output: Int32
    private var buffer: [UInt8] = []
    private var isInputOpen = true
    private var number = 0
    private var end: ProcessEnd.Cause?
    private let reader: JSONReader
    /// All lines that were no answer, in order.
    private(set) var notifications: [String] = []
    private var answers: [String: String] = [:]
    /// How long it waits for what must come.
    var patience: Duration = .patience
    /// Less than the longest wait of a call, after which it is answered in any case.
    static let lessThanAWait: Duration = .seconds(45)
    /// Put into `params._meta` of each request.
    var meta: String?

    init(_ home: Home, in directory: String? = nil) throws {
        signal(SIGPIPE, SIG_IGN)  // a server that has gone is an issue, and not the end of all tests
        (self.home, reader) = (home, try JSONReader())
        var plan = SpawnPlan(
            arguments: [Home.programs + "/koubouctl", "mcp"].map { Array($0.utf8) },
            environment: home.environment.map { Array($0.utf8) }, workingDirectory: Array((directory ?? home.folder).utf8))
        let (stdin, toServer) = try makePipe()
        let (fromServer, stdout) = try makePipe()
        _ = fcntl(stdin, F_SETFL, 0)
        plan.descriptors = [0: stdin, 1: stdout]
        pid = try spawn(plan)
        close(stdin)
        close(stdout)
        (input, output) = (toServer, fromServer)
    }

    deinit {
        closeInput()
        closeOutput()
        if end == nil {
            kill(pid, SIGKILL)
            _ = ProcessEnd(reaping: pid)
        }
    }

    func send(_ line: String) { send(Array((line + "\n").utf8)) }
    func send(_ bytes: [UInt8]) { #expect(writeAll(bytes, to: input), "the server reads") }

    func closeInput() {
        if isInputOpen { close(input) }
        isInputOpen = false
    }

    /// Reads no more.
    func closeOutput() {
        if output >= 0 { close(output) }
        output = -1
    }

    /// True when the server has ended, for whatever reason.
    var hasEnded: Bool {
        var info = siginfo_t()
        return waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info._sifields._sigchld.si_pid == pid
    }

    /// Sends a request, without waiting for its answer.
    /// - Returns: its id, as JSON.
    @discardableResult
    func post(_ method: String, _ params: String = "{}") -> String {
        number += 1
        let meta = meta.map { "\"_meta\":\($0)" }
        let all = [String(params.dropFirst().dropLast()), meta ?? ""].filter { !$0.isEmpty }.joined(separator: ",")
        send("{\"jsonrpc\":\"2.0\",\"id\":\(number),\"method\":\"\(method)\",\"params\":{\(all)}}")
        return "\(number)"
    }

    /// The whole answer to a request.
    func ask(_ method: String, _ params: String = "{}", at location: SourceLocation = #_sourceLocation) throws -> String {
        try answer(to: post(method, params), at: location)
    }

    /// - Returns: what the server says of itself.
    @discardableResult
    func handshake(_ revision: String = "2025-11-25") throws -> String {
        let answer = try ask("initialize", "{\"protocolVersion\":\"\(revision)\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}")
        #expect(try value(answer, "$.result.protocolVersion") == revision)
        send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}")
        return answer
    }

    /// Each request is to stand alone from now on.
    func beStateless(declaringTasks: Bool = false) {
        let capabilities = declaringTasks ? "{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}" : "{}"
        meta = "{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":\(capabilities)}"
    }

    /// What a tool says; the answer must be no error.
    func call(_ tool: String, _ arguments: String = "{}", at location: SourceLocation = #_sourceLocation) throws -> String {
        let answer = try ask("tools/call", "{\"name\":\"koubou_\(tool)\",\"arguments\":\(arguments)}", at: location)
        #expect(try value(answer, "$.result.isError") == "0", "\(answer)", sourceLocation: location)
        let object = try value(answer, "$.result.structuredContent")
        #expect(try value(answer, "$.result.content[0].text") == object, sourceLocation: location)
        return object
    }

    /// What a tool says to a mistake.
    func mistake(_ tool: String, _ arguments: String, at location: SourceLocation = #_sourceLocation) throws -> String {
        let answer = try ask("tools/call", "{\"name\":\"koubou_\(tool)\",\"arguments\":\(arguments)}", at: location)
        #expect(try value(answer, "$.result.isError") == "1", "\(answer)", sourceLocation: location)
        return try value(answer, "$.result.content[0].text")
    }

    /// Delegates a script; returns the id of the task.
    func delegate(_ script: String, _ more: String = "") throws -> String {
        let arguments = "{\"type\":\"shell\",\"prompt\":\(JSONText.quoted(script))\(more.isEmpty ? "" : "," + more)}"
        return try value(call("delegate_task", arguments), "$.task_id")
    }

    /// What is at `path` of a JSON text; the empty text where nothing is.
    func value(_ json: String, _ path: String) throws -> String { try reader.value(inJSON: json, at: path) ?? "" }

    func answer(to id: String, at location: SourceLocation = #_sourceLocation) throws -> String {
        try until(at: location, "the answer to \(id)") { answers[id] != nil }
        return answers.removeValue(forKey: id) ?? "{}"
    }

    func hasAnswer(to id: String) -> Bool { answers[id] != nil }

    /// Notifications of a method, their params.
    func told(_ method: String) throws -> [String] {
        try notifications.filter { try value($0, "$.method") == method }.map { try reader.json(in: $0, at: "$.params") ?? "" }
    }

    /// Reads until `condition` holds.
    func until(at location: SourceLocation = #_sourceLocation, _ what: String, _ condition: () throws -> Bool) throws {
        let deadline = MonotonicClock.now + patience
        while try !condition() {
            guard MonotonicClock.now < deadline, try receive() else {
                Issue.record("the server does not say \(what)", sourceLocation: location)
                return
            }
        }
    }

    /// Takes what there is, or waits for a moment; false at the end.
    private func receive() throws -> Bool {
        var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, 100) == 1 else { return true }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = retryingInterrupts { read(output, &bytes, bytes.count) }
        guard count > 0 else { return count < 0 && errno == EAGAIN }
        buffer += bytes[..<count]
        while let end = buffer.firstIndex(of: 0x0a) {
            try take(String(decoding: buffer[..<end], as: UTF8.self))
            buffer.removeSubrange(...end)
        }
        return true
    }

    private func take(_ line: String) throws {
        #expect(try reader.isJSON(line), "nothing but JSON: \(line.prefix(200))")
        guard line.hasPrefix("{") else {
            answers["batch"] = line
            return
        }
        #expect(try value(line, "$.jsonrpc") == "2.0")
        if try value(line, "$.method") != "" {
            notifications.append(line)
        } else {
            answers[try reader.json(in: line, at: "$.id") ?? "null"] = line
        }
    }

    /// Reads all that is still said; the exit status.
    func finish(at location: SourceLocation = #_sourceLocation) throws -> Int32 {
        let deadline = MonotonicClock.now + patience
        while MonotonicClock.now < deadline, try receive() {}
        #expect(buffer.isEmpty, "the last line is whole", sourceLocation: location)
        try eventually(true, at: location) { hasEnded }
        if !hasEnded { kill(pid, SIGKILL) }
        end = ProcessEnd(reaping: pid)?.cause
        return try #require(end).status
    }
}
