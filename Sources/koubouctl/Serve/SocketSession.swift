import KoubouCore

/// One WebSocket: commands come in, and what happens in the queue goes out to those who have subscribed.
///
/// It is asked for more only when the client has taken what there was, so that one who reads slowly costs no memory.
final class SocketSession {
    enum Channel: String, CaseIterable {
        case task, worker, system
    }

    private let api: GatewayAPI
    private var parser = WebSocketParser(messageMax: 64 << 10)
    private var hasBegun = false
    private(set) var hasEnded = false
    /// The last event that was told; nil: not subscribed.
    private var seenEvent: Int64?
    /// Each worker as it was told; nil: not subscribed.
    private var toldWorkers: [String: String]?
    /// What was told of the pool; nil: not subscribed.
    private var told: QueueState.Snapshot?
    private var statisticsAt = MonotonicClock.now
    private var heardAt = MonotonicClock.now
    private var pingedAt = MonotonicClock.now

    private static let statisticsPause: Duration = .seconds(5)
    private static let pingPause: Duration = .seconds(20)

    init(_ api: GatewayAPI) { self.api = api }

    func take(_ bytes: ArraySlice<UInt8>) {
        heardAt = MonotonicClock.now
        if !hasEnded { parser.take(bytes) }
    }

    /// False when enough waits to be read.
    var takesMore: Bool { parser.buffered < 128 << 10 }

    /// The next bytes for the client; nil when there is nothing to say.
    func next() throws -> [UInt8]? {
        guard !hasEnded else { return nil }
        guard hasBegun else {
            hasBegun = true
            return message("initial_state", try initialState())
        }
        do {
            while let event = try parser.next() {
                if let answer = try answer(event) { return answer }
            }
        } catch let close as WebSocketClose { return end(close) }
        return try news()
    }

    /// The last words.
    func end(_ close: WebSocketClose) -> [UInt8] {
        hasEnded = true
        return WebSocketFrame.close(close).bytes()
    }

    private func answer(_ event: WebSocketParser.Event) throws -> [UInt8]? {
        switch event {
        case .text(let text): return try answer(text)
        case .binary: return end(WebSocketClose(1003, "commands are text"))
        case .ping(let payload): return WebSocketFrame(.pong, payload).bytes()
        case .pong: return nil
        case .close(let close): return end(WebSocketClose(close.code))
        }
    }

    private func answer(_ text: String) throws -> [UInt8] {
        guard JSONText.escapeWithoutText(text) == nil, let fields = try api.memory.json.fields(ofJSON: text) else {
            return refusal("a command is a JSON object, like {\"command\":\"ping\"}")
        }
        func word(_ name: String) -> String? { fields.first { $0.key == name && $0.kind == .text }?.text }
        switch word("command") {
        case "ping": return message("pong")
        case "get_stats": return message("stats", try statistics())
        case "subscribe", "unsubscribe":
            guard let channel = word("channel").flatMap(Channel.init) else {
                return refusal("channel is one of " + Channel.allCases.map(\.rawValue).joined(separator: ", "))
            }
            let isWanted = word("command") == "subscribe"
            try set(channel, isWanted)
            return message(isWanted ? "subscribed" : "unsubscribed", more: ",\"channel\":\"\(channel.rawValue)\"")
        case let other:
            return refusal(
                (other.map { "unknown command '\($0)'" } ?? "there is no command")
                    + ": write subscribe, unsubscribe, ping or get_stats")
        }
    }

    private func set(_ channel: Channel, _ isWanted: Bool) throws {
        switch channel {
        case .task: seenEvent = isWanted ? try api.memory.feed.last() : nil
        case .worker:
            let workers = try snapshot().workers
            toldWorkers = isWanted ? Dictionary(workers.map { ($0.id, $0.json) }) { first, _ in first } : nil
        case .system: told = isWanted ? try snapshot() : nil
        }
    }

    /// What has happened since we spoke last.
    private func news() throws -> [UInt8]? {
        let now = MonotonicClock.now
        if let seen = seenEvent, let page = try api.memory.feed.page(after: seen, of: [], TaskFilter()) {
            seenEvent = page.seen
            if !page.events.isEmpty { return page.events.flatMap { message("task_update", $0.json) } }
        }
        if let bytes = try workerNews() ?? systemNews(), !bytes.isEmpty { return bytes }
        if told != nil, now - statisticsAt >= Self.statisticsPause {
            statisticsAt = now
            return message("periodic_stats", try statistics())
        }
        let limit = api.configuration.serve.idleTimeout
        guard now - pingedAt >= min(Self.pingPause, limit / 4) else { return nil }
        // Whoever is there answers.
        guard now - heardAt < limit else { return end(.silent) }
        pingedAt = now
        return WebSocketFrame(.ping, []).bytes()
    }

    private func workerNews() throws -> [UInt8]? {
        guard let former = toldWorkers else { return nil }
        let workers = Dictionary(try snapshot().workers.map { ($0.id, $0.json) }) { first, _ in first }
        guard workers != former else { return nil }
        toldWorkers = workers
        let changed = workers.filter { former[$0.key] != $0.value }.sorted { $0.key < $1.key }.map(\.value)
        let gone = former.keys.filter { workers[$0] == nil }.sorted().map { #"{"worker_id":"\#($0)","status":"gone"}"# }
        return (changed + gone).flatMap { message("worker_update", $0) }
    }

    private func systemNews() throws -> [UInt8]? {
        guard let former = told else { return nil }
        let now = try snapshot()
        told = now
        var events: [String] = []
        if former.isSupervised != now.isSupervised {
            events.append(#"{"event":"\#(now.isSupervised ? "supervisor_started" : "supervisor_stopped")"}"#)
        }
        if former.lastDecision != now.lastDecision {
            events += try api.store.decisionsJSON(after: former.lastDecision).map(\.json)
        }
        if former.pool != now.pool { events.append(#"{"event":"pool_changed","pool":\#(now.pool)}"#) }
        return events.flatMap { message("system_event", $0) }
    }

    private func snapshot() throws -> QueueState.Snapshot {
        try api.memory.state.current(api.configuration.pool, at: MonotonicClock.now)
    }

    private func statistics() throws -> String {
        try api.memory.state.statistics(api.configuration.pool, at: MonotonicClock.now)
    }

    private func initialState() throws -> String {
        let now = try snapshot()
        return #"{"stats":\#(try statistics()),"workers":[\#(now.workers.map(\.json).joined(separator: ","))],"#
            + #""pool":\#(now.pool),"supervised":\#(now.isSupervised),"last_event":\#(try api.memory.feed.last())}"#
    }

    private func refusal(_ what: String) -> [UInt8] { message("error", more: ",\"error\":\(JSONText.quoted(what))") }

    private func message(_ type: String, _ data: String? = nil, more: String = "") -> [UInt8] {
        let data = data.map { ",\"data\":\($0)" } ?? ""
        return WebSocketFrame.text(
            "{\"type\":\"\(type)\",\"timestamp\":\"\(Clock.now.rfc3339)\"\(more)\(data)}"
        ).bytes()
    }
}
