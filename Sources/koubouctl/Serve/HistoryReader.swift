import KoubouCore

/// The last day of the queue, put together from its events: a part at each request, so that nobody else waits for it.
final class HistoryReader {
    private let store: Store
    private var history = LoadHistory()
    /// Events that were read; nil: none yet.
    private var seen: ClosedRange<Int64>?
    private var hasWholeDay = false

    /// Events that are read at a time in each direction.
    private static let span: Int64 = 20_000

    init(_ store: Store) { self.store = store }

    /// The JSON object of `/history`.
    func json(_ span: LoadHistory.Span, at now: Timestamp) throws -> String {
        let levels = try store.levels()
        let isCurrent = try readNew(to: levels.event)
        try readOld(at: now)
        history.forgetOld(at: now)
        let points = history.points(span, at: now, pending: levels.pending, active: levels.active)
        func list(_ values: [String]) -> String { "[" + values.joined(separator: ",") + "]" }
        func level(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
        return """
            {"span":"\(span.rawValue)","step":\(60 * span.step),"timestamp":"\(now.rfc3339)",\
            "complete":\(isCurrent && hasWholeDay),\
            "now":{"pending":\(levels.pending),"active":\(levels.active)},"pending":\(list(points.map { level($0.pending) })),\
            "active":\(list(points.map { level($0.active) })),"completed":\(list(points.map { "\($0.completed)" })),\
            "failed":\(list(points.map { "\($0.failed)" }))}
            """
    }

    /// - Returns: true when nothing newer is left.
    private func readNew(to last: Int64) throws -> Bool {
        guard let seen else {
            self.seen = last + 1...last + 1  // the next one, which has not happened
            return true
        }
        let next = seen.upperBound
        guard next <= last else { return true }
        let end = min(last, next + Self.span - 1)
        for (moment, minute) in try store.movements(in: next...end) { history.add(minute, at: moment) }
        self.seen = seen.lowerBound...end + 1
        return end == last
    }

    private func readOld(at now: Timestamp) throws {
        guard let seen, !hasWholeDay else { return }
        let end = seen.lowerBound - 1
        guard end >= 1 else {
            hasWholeDay = true
            return
        }
        let start = max(end - Self.span + 1, 1)
        let movements = try store.movements(in: start...end)
        for (moment, minute) in movements { history.add(minute, at: moment) }
        self.seen = start...seen.upperBound
        let dayAgo = now + .seconds(-60 * LoadHistory.Span.day.minutes)
        hasWholeDay = start == 1 || movements.first.map { $0.at < dayAgo } ?? false
    }
}
