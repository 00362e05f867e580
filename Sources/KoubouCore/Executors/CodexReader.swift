/// Reads the events of `codex exec --json`: one JSON object a line.
///
/// The last message of the agent is the result; everything else tells how it comes about. Codex exits with 0 also when
/// commands of its turn failed, and with 1 when the turn did.
public final class CodexReader: OutputReader {
    private let json: JSONLookup
    private let now: () -> Timestamp
    private let moment: (_ text: String) -> Timestamp?
    private let model: (_ session: String) -> String?
    private var splitter = LineSplitter()
    private var session: String?
    private var message = ""
    private var failure: String?
    private var isTurnCompleted = false
    private var metadata: [(key: String, json: String)] = []

    public private(set) var hasBegun = false
    public let beginLimit: Duration?

    /// - Parameters:
    ///   - moment: when `7:31 PM` or `Nov 26th, 2026 7:31 PM` of the local clocks is.
    ///   - model: the one that a session had, if that is known.
    public init(
        beginLimit: Duration?, json: @escaping JSONLookup, now: @escaping () -> Timestamp,
        moment: @escaping (_ text: String) -> Timestamp?, model: @escaping (_ session: String) -> String?
    ) {
        (self.beginLimit, self.json, self.now) = (beginLimit, json, now)
        (self.moment, self.model) = (moment, model)
    }

    public func read(_ bytes: ArraySlice<UInt8>) -> OutputParts {
        splitter.lines(bytes).reduce(into: OutputParts()) { $0 += read(line: $1) }
    }

    public func finish(_ end: inout AttemptEnd) -> OutputParts {
        var parts = splitter.last().map(read(line:)) ?? OutputParts()
        parts.result += Array(message.utf8)
        end.metadata += metadata
        judge(&end)
        // A task that is tried again asks for what it was told to ask for.
        if end.outcome == .completed, let model = session.flatMap(model) {
            end.metadata.append(("model", JSONText.quoted(model)))
        }
        return parts
    }

    private func read(line: String) -> OutputParts {
        switch json(line, "$.type") {
        case "thread.started":
            hasBegun = true
            session = json(line, "$.thread_id")
            if let session { metadata.append(("session", JSONText.quoted(session))) }
        case "turn.completed":
            (isTurnCompleted, failure) = (true, nil)
            for name in ["input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens"] {
                if let count = json(line, "$.usage.\(name)") { metadata.append((name, count)) }
            }
        case "turn.failed": failure = json(line, "$.error.message") ?? "the turn failed"
        case "error":
            // Not the end yet: it is told too when the connection is made anew.
            failure = json(line, "$.message") ?? failure
            return OutputParts(progress: (failure ?? "") + "\n")
        case "item.started", "item.completed": return OutputParts(progress: progress(line))
        case nil: return OutputParts(progress: line + "\n")  // no event: told as it is
        default: break
        }
        return OutputParts()
    }

    /// An item as a line for people; nothing for what its end will tell better.
    private func progress(_ line: String) -> String {
        let isOver = json(line, "$.type") == "item.completed"
        func item(_ name: String) -> String { json(line, "$.item." + name) ?? "" }
        switch item("type") {
        case "agent_message" where isOver:
            message = item("text")
            return message + "\n"
        case "reasoning" where isOver: return item("text") + "\n"
        case "command_execution":
            if !isOver { return "$ \(item("command"))\n" }
            let output = item("aggregated_output")
            return output + (output.isEmpty || output.hasSuffix("\n") ? "" : "\n")
                + (item("exit_code") == "0" ? "" : "exit status \(item("exit_code"))\n")
        case "file_change" where isOver: return changes(line)
        case "mcp_tool_call" where isOver: return "tool \(item("server")).\(item("tool")): \(item("status"))\n"
        case "web_search" where isOver: return "searched: \(item("query"))\n"
        case "error": return item("message") + "\n"
        default: return ""
        }
    }

    /// `update Sources/main.swift`, a line for each file.
    private func changes(_ line: String) -> String {
        var text = ""
        while let path = json(line, "$.item.changes[\(text.count { $0 == "\n" })].path") {
            let kind = json(line, "$.item.changes[\(text.count { $0 == "\n" })].kind") ?? "change"
            text += "\(kind) \(LogLine.printable(path))\n"
        }
        return text
    }

    private func judge(_ end: inout AttemptEnd) {
        guard end.outcome == .completed || end.outcome == .failed else { return }
        if let failure { return judge(failure, &end) }
        if end.outcome == .completed, !isTurnCompleted {
            end.become(.failed, "codex ended before its turn was complete")
        } else if end.outcome == .failed, !hasBegun {
            explain(&end)
        }
    }

    /// Codex could not begin: why stands in its log, before a backtrace.
    private func explain(_ end: inout AttemptEnd) {
        let lines = String(decoding: end.stderrTail, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.lowercased().hasPrefix("error: ") }) else { return }
        end.error = "codex could not begin: \(line.dropFirst(7).prefix(500))"
        if line.mentions("no rollout found") { end.mayRetry = false }
    }

    private func judge(_ failure: String, _ end: inout AttemptEnd) {
        switch CodexFailure(failure) {
        case .authentication: end.become(.failed, "\(failure): run: codex login", mayRetry: false)
        case .usageLimit(let until):
            end.become(.deferred, failure)
            // Codex names the minute in which the limit ends. Who came back at once would be refused again at once.
            let named = until.flatMap(moment).map { $0 + .seconds(60) } ?? now() + .seconds(900)
            end.pausesTypeUntil = max(named, now() + .seconds(60))
        case .busy: end.become(.deferred, failure)
        case .other: end.become(.failed, failure)
        }
    }
}
