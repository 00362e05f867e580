import Glibc
import KoubouCore

/// Prints the events of tasks, page by page, and goes on as they happen.
final class EventFollower {
    private let ids: [TaskID]
    private let filter: TaskFilter
    private let isJSON: Bool
    private let context: Context
    private let store: Store
    private let zone = LocalZone.system
    /// The last event that was dealt with.
    private var seen: Int64

    private static let pageSize = 500

    /// - Parameters:
    ///   - ids: of these tasks; when there are none, of those that pass `filter`.
    ///   - seq: after this event.
    init(_ ids: [TaskID], _ filter: TaskFilter, since seq: Int64, isJSON: Bool, in context: Context) throws {
        (self.ids, self.filter, self.isJSON, self.context) = (ids, filter, isJSON, context)
        (store, seen) = (try context.store, seq)
    }

    /// Prints what has happened since the last time.
    func printNew() throws {
        // Fixed before the reading: what comes later is read later, also where the filter lets nothing pass.
        let last = try store.lastEvent()
        while seen < last {
            let range = seen + 1...last
            let page =
                try ids.isEmpty
                ? store.events(filter, in: range, limit: Self.pageSize)
                : store.events(of: ids, in: range, limit: Self.pageSize)
            for event in page { context.print(isJSON ? event.json : event.line(in: zone)) }
            seen = page.count == Self.pageSize ? page[page.count - 1].seq : last
        }
        context.flush()
    }

    /// - Returns: the exit status: `SignalEnd`, as a signal ends the following.
    func follow() throws -> Int32 {
        let loop = try EventLoop()
        var status: Int32 = 0
        try loop.onReaderGone(STDOUT_FILENO) {
            status = 128 + SIGPIPE
            loop.stop()
        }
        try TaskListener(to: nil, store: store, loop: loop, pause: .milliseconds(100)).listen(
            onEvent: { [self] in try printNew() },
            onInterrupt: { number in
                status = number
                loop.stop()
            })
        try printNew()
        try loop.run()
        try store.stopListening(ProcessIdentity.current)
        return status
    }
}
