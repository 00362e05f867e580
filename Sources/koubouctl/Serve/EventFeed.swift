import KoubouCore

/// The events of all tasks, read and made safe once for all who listen.
final class EventFeed {
    private let store: Store
    /// The newest ones, in order, without a gap.
    private var kept: [TaskEvent] = []
    /// Those after this one are kept.
    private var keptAfter: Int64
    /// The number of the last one that is known and safe.
    private var known: Int64
    private var isStale = true
    /// The last page of all events that was put into words: those who follow are mostly at the same place.
    private var told: (after: Int64, upTo: Int64, text: [UInt8])?

    private static let keptMax = 2000
    private static let pageSize = 200
    /// Events that are looked through at a time, so that nobody else waits for a filter that lets little pass.
    private static let span: Int64 = 20_000

    init(_ store: Store) throws {
        (self.store, known) = (store, try store.lastEvent())
        keptAfter = known
    }

    /// Something may have happened.
    func expire() { isStale = true }

    /// The number of the last event.
    func last() throws -> Int64 {
        guard isStale else { return known }
        let last = try store.lastEvent()
        if last > known {
            try store.sync()
            known = last
        }
        isStale = false
        return known
    }

    /// Events as Server-Sent Events tell them.
    func text(_ page: (events: [TaskEvent], seen: Int64, hasMore: Bool), after seen: Int64, isAll: Bool) -> [UInt8] {
        if isAll, let told, told.after == seen, told.upTo == page.seen { return told.text }
        let text = Array(page.events.map { "id: \($0.seq)\ndata: \($0.json)\n\n" }.joined().utf8)
        if isAll { told = (seen, page.seen, text) }
        return text
    }

    /// The next events after `seen`, and up to which number these are all; nil when there are none.
    func page(
        after seen: Int64, of tasks: [TaskID], _ filter: TaskFilter
    ) throws -> (events: [TaskEvent], seen: Int64, hasMore: Bool)? {
        let last = try last()
        guard seen < last else { return nil }
        let end = min(last, seen + Self.span)
        let events: [TaskEvent]
        if tasks.isEmpty, filter.isOpen {
            events = try all(after: seen, to: end)
        } else if tasks.isEmpty {
            events = try store.events(filter, in: seen + 1...end, limit: Self.pageSize)
        } else {
            events = try store.events(of: tasks, in: seen + 1...end, limit: Self.pageSize)
        }
        let next = events.count == Self.pageSize ? events[events.count - 1].seq : end
        return (events, next, next < last)
    }

    private func all(after seen: Int64, to end: Int64) throws -> [TaskEvent] {
        try keepUp()
        guard seen >= keptAfter else { return try store.events(TaskFilter(), in: seen + 1...end, limit: Self.pageSize) }
        // The numbers rise: the first that is wanted is found in a few steps.
        var (low, high) = (0, kept.count)
        while low < high {
            let middle = (low + high) / 2
            if kept[middle].seq > seen { high = middle } else { low = middle + 1 }
        }
        return kept[low...].prefix(Self.pageSize).filter { $0.seq <= end }
    }

    private func keepUp() throws {
        var newest = kept.last?.seq ?? keptAfter
        if known - newest > Self.keptMax { (kept, keptAfter, newest) = ([], known, known) }
        guard newest < known else { return }
        kept += try store.events(TaskFilter(), in: newest + 1...known, limit: Self.keptMax)
        if kept.count > 2 * Self.keptMax {
            keptAfter = kept[kept.count - Self.keptMax - 1].seq
            kept.removeFirst(kept.count - Self.keptMax)
        }
    }
}
