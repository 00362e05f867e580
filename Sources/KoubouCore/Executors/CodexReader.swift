/// Reads the events of `codex exec --json`: one JSON object a line.
///
/// The last message of the agent is the result; everything else tells how it comes about. Codex exits with 0 also when
/// commands of its turn failed, and with 1 when the turn did.
public final class CodexReader: OutputReader {
    private let json: JSONLookup
    private let now: () -> Timestamp
    private let moment: (_ text: String) -> Timestamp?
    private var splitter = LineSplitter()
    private var message = ""
    private var failure: String?
    private var isTurnCompleted = false
    private var metadata: [(key: String, json: String)] = []

    public private(set) var hasBegun = false
    public let beginLimit: Duration? = .seconds(30)

    /// - Parameter moment: when `7:31 PM` or `Nov 26th, 2026 7:31 PM` of the local clocks is.
    public init(
        json: @escaping JSONLookup, now: @escaping () -> Timestamp, moment: @escaping (_ text: String) -> Timestamp?
    ) { (self.json, self.now, self.moment) = (json, now, moment) }

    public func read(_ bytes: ArraySlice<UInt8>) -> OutputParts {
        splitter.lines(bytes).reduce(into: OutputParts()) { $0 += read(line: $1) }
    }

    public func finish(_ end: inout AttemptEnd) -> OutputParts {
        var parts = splitter.last().map(read(line:)) ?? OutputParts()
        parts.result += Array(message.utf8)
        end.metadata += metadata
        judge(&end)
        return parts
    }

    private func read(line: String) -> OutputParts {
        switch json(line, "$.type") {
        case "thread.started":
            hasBegun = true
            if let id = json(line, "$.thread_id") { metadata.append(("session", JSONText.quoted(id))) }
        case "turn.completed":
            isTurnCompleted = true
            for name in ["input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens"] {
                if let count = json(line, "$.usage.\(name)") { metadata.append((name, count)) }
            }
        case "turn.failed": failure = json(line, "$.error.message") ?? "the turn failed"
        case "error": failure = json(line, "$.message") ?? failure
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
        case "file_change" where isOver: return "files changed: \(item("changes"))\n"
        case "mcp_tool_call" where isOver: return "tool \(item("server")).\(item("tool")): \(item("status"))\n"
        case "web_search" where isOver: return "searched: \(item("query"))\n"
        case "error": return item("message") + "\n"
        default: return ""
        }
    }

    private func judge(_ end: inout AttemptEnd) {
        guard end.outcome == .completed || end.outcome == .failed else { return }
        if let failure { return judge(failure, &end) }
        if end.outcome == .completed, !isTurnCompleted {
            end.become(.failed, "codex ended before its turn was complete")
        }
    }

    private static func text(after mark: String, in text: String) -> String? {
        text.indices.first { text[$0...].hasPrefix(mark) }.map { String(text[$0...].dropFirst(mark.count)) }
    }

    /// By the words of codex-cli 0.163: its events carry no code.
    private func judge(_ failure: String, _ end: inout AttemptEnd) {
        let words = failure.lowercased()
        if words.mentions("usage limit") {
            end.become(.deferred, failure)
            end.pausesTypeUntil =
                Self.text(after: "try again at ", in: failure).flatMap(moment) ?? now() + .seconds(900)
        } else if words.mentions("401") || words.mentions("not logged in") {
            end.become(.failed, "\(failure): run: codex login", mayRetry: false)
        } else if words.mentions("429") {
            end.become(.deferred, failure)
        } else {
            end.become(.failed, failure)
        }
    }
}
