import Testing

@testable import KoubouCore

/// The list of whom to tell what.
@Suite struct NotificationTests {
    private func settings(_ states: TaskState...) -> NotifySettings {
        var settings = NotifySettings()
        (settings.states, settings.command) = (states, ["tell"])
        return settings
    }

    @Test func endsAreListedOnce() throws {
        let queue = try TestQueue()
        let good = try queue.submit { $0.notify = ["my own", "words"] }
        let bad = try queue.submit()
        try queue.record(AttemptEnd(.completed), of: queue.claim())
        try queue.record(AttemptEnd(.failed), of: queue.claim())
        for _ in 0..<2 { _ = try queue.store.survey(notify: settings(.failed), at: .test(3)) }
        let listed = try queue.store.notifications(without: [], limit: 9)
        #expect(listed.map(\.task) == [good, bad])
        #expect(listed.map(\.words) == [["my own", "words"], nil])
        #expect(try queue.value(listed[1].json, "$.status") == "failed")
        #expect(try queue.store.notifications(without: [listed[0].number], limit: 9).map(\.task) == [bad])
        #expect(try queue.store.notifications(without: [], limit: 1).map(\.task) == [good])
        try queue.store.forget(notifications: listed.map(\.number))
        #expect(try queue.store.notifications(without: [], limit: 9).isEmpty)
        // Tried again, it ends again.
        _ = try queue.store.retry([bad], at: .test(4))
        try queue.record(AttemptEnd(.failed), of: queue.claim(at: .test(5)))
        _ = try queue.store.survey(notify: settings(.failed), at: .test(6))
        #expect(try queue.store.notifications(without: [], limit: 9).map(\.task) == [bad])
    }

    @Test func whoIsAskedLaterHearsNothingOld() throws {
        let queue = try TestQueue()
        try queue.submit()
        try queue.record(AttemptEnd(.failed), of: queue.claim())
        _ = try queue.store.survey(at: .test(3))
        _ = try queue.store.survey(notify: settings(.failed), at: .test(4))
        #expect(try queue.store.notifications(without: [], limit: 9).isEmpty)
    }

    @Test func aPrunedTaskIsNoNews() throws {
        let queue = try TestQueue()
        try queue.submit()
        try queue.record(AttemptEnd(.failed), of: queue.claim())
        _ = try queue.store.survey(notify: settings(.failed), at: .test(3))
        _ = try queue.store.prune(endedBefore: .test(9), statuses: nil, limit: 9)
        #expect(try queue.store.notifications(without: [], limit: 9).isEmpty)
        #expect(try queue.number("SELECT count(*) FROM notification") == 0)
    }
}
