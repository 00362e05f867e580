import Glibc
import Testing

@testable import KoubouCore

/// A queue in a temporary home, with the few things that most tests of Store do.
final class TestQueue {
    let folder: TemporaryFolder
    let home: Home
    let store: Store

    init() throws {
        folder = try TemporaryFolder()
        home = try Home(option: folder("home"), environment: [:])
        store = try Store(home: home)
    }

    /// Hands in a `shell` task, changed by `change`.
    @discardableResult
    func submit(at now: Timestamp = .test(0), _ change: (inout NewTask) -> Void = { _ in }) throws -> TaskID {
        var task = NewTask(type: "shell", cwd: Array("/".utf8))
        change(&task)
        return try #require(try store.submit([task], at: now).first)
    }

    /// Enters a worker of `slot` and claims for it; the claim must be there.
    func claim(slot: Int = 1, at now: Timestamp = .test(1)) throws -> Claim {
        try register(slot: slot)
        return try #require(try store.claim(by: WorkerID(slot: slot), .test(slot), at: now).claim, "nothing to claim")
    }

    func register(slot: Int, _ status: WorkerStatus = .starting) throws {
        let worker = try store.register(
            slot: WorkerID(slot: slot), process: .test(slot), status: status, at: .test(0))
        #expect(worker == WorkerID(slot: slot))
    }

    /// Records `end` of `claim`, with a policy without delays.
    @discardableResult
    func record(
        _ end: AttemptEnd, of claim: Claim, slot: Int = 1, then sequel: Store.Sequel = .leave, at now: Timestamp = .test(2),
        _ change: (inout RetryPolicy) -> Void = { $0.backoffMin = .zero }
    ) throws -> Store.Recorded {
        var policy = RetryPolicy(maxAttempts: 1)
        change(&policy)
        return try store.record(
            end, of: claim, by: WorkerID(slot: slot), .test(slot), policy: policy, jitter: 0, then: sequel, at: now)
    }

    func state(of task: TaskID) throws -> TaskState { try #require(try store.states(of: [task]).first) }

    /// The only value of a query, as text.
    func text(_ sql: StaticString) throws -> String? {
        try store.database.first(sql) { row throws(StoreError) in try row.get(0) as String? } ?? nil
    }

    func number(_ sql: StaticString) throws -> Int {
        try #require(try store.database.first(sql) { row throws(StoreError) in try row.get(0) as Int })
    }

    /// What is at `path` of a JSON text, as text; nil for null and for nothing.
    func value(_ json: String?, _ path: String) throws -> String? {
        try store.database.first("SELECT CAST(json_extract(?1, ?2) AS TEXT)", try #require(json), path) {
            row throws(StoreError) in try row.get(0) as String?
        } ?? nil
    }

    /// `null`, `integer`, `text`, … of what is at `path`; nil when nothing is.
    func kind(_ json: String?, _ path: String) throws -> String? {
        try store.database.first("SELECT json_type(?1, ?2)", try #require(json), path) {
            row throws(StoreError) in try row.get(0) as String?
        } ?? nil
    }

    func keys(_ json: String?) throws -> [String] { try store.members(ofJSON: try #require(json)).map(\.key) }
}

extension Timestamp {
    /// `seconds` after a fixed noon.
    static func test(_ seconds: Int) -> Timestamp {
        Timestamp(millisecondsSince1970: 1_772_366_400_000 + Int64(seconds) * 1000)
    }
}

extension ProcessIdentity {
    /// A process that isn't there: pids are below 2^22.
    static func test(_ number: Int) -> ProcessIdentity { ProcessIdentity(pid: pid_t(1 << 22 + number), start: "none/\(number)") }
}

extension Store.Work {
    var claim: Claim? {
        if case .claimed(let claim) = self { claim } else { nil }
    }
}

extension [UInt8] {
    /// UTF-8 of `text`.
    init(text: String) { self = Array(text.utf8) }
}
