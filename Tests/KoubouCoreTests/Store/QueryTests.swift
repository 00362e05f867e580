import Testing

@testable import KoubouCore

struct QueryTests {
    /// Ten tasks: 1 completed, 2 in progress, the others pending; even ones are `exec`, 3, 6 and 9 are tagged `third`.
    private static func sample() throws -> TestQueue {
        let queue = try TestQueue()
        for number in 1...10 {
            try queue.submit {
                $0.type = number % 2 == 0 ? "exec" : "shell"
                if number % 3 == 0 { $0.tags = ["third", "n\(number)"] }
            }
        }
        try queue.record(AttemptEnd(.completed), of: try queue.claim())
        _ = try queue.claim()
        return queue
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var filter: TaskFilter
        var ids: [Int]
    }

    static let cases = [
        Case(testDescription: "all", filter: TaskFilter(), ids: Array(1...10)),
        Case(testDescription: "one state", filter: TaskFilter(statuses: [.completed]), ids: [1]),
        Case(testDescription: "several states", filter: TaskFilter(statuses: [.completed, .inProgress, .failed]), ids: [1, 2]),
        Case(testDescription: "no state", filter: TaskFilter(statuses: []), ids: []),
        Case(testDescription: "a type", filter: TaskFilter(types: ["exec"]), ids: [2, 4, 6, 8, 10]),
        Case(testDescription: "a tag", filter: TaskFilter(tags: ["third"]), ids: [3, 6, 9]),
        Case(testDescription: "several types", filter: TaskFilter(types: ["exec", "shell"]), ids: Array(1...10)),
        Case(testDescription: "several tags", filter: TaskFilter(tags: ["n3", "n9"]), ids: [3, 9]),
        Case(testDescription: "all three", filter: TaskFilter(statuses: [.pending], types: ["exec"], tags: ["third"]), ids: [6]),
        Case(testDescription: "SQL in a value", filter: TaskFilter(types: ["' OR 1=1 --"], tags: ["%"]), ids: []),
    ]

    @Test(arguments: cases)
    func filters(_ row: Case) throws {
        let queue = try Self.sample()
        let expected = row.ids.map { TaskID(Int64($0)) }
        #expect(try queue.store.taskIDs(row.filter, after: TaskID(0), limit: 100) == expected)
        #expect(try queue.store.newestTaskIDs(row.filter, limit: 100) == expected)
    }

    @Test func pagesAndTheNewest() throws {
        let queue = try Self.sample()
        var pages: [[Int64]] = []
        var last = TaskID(0)
        while true {
            let page = try queue.store.taskIDs(TaskFilter(), after: last, limit: 4)
            guard let end = page.last else { break }
            pages.append(page.map(\.number))
            last = end
        }
        #expect(pages == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]])
        #expect(try queue.store.newestTaskIDs(TaskFilter(), limit: 3).map(\.number) == [8, 9, 10])
    }

    @Test func aSummaryNamesTheTask() throws {
        let queue = try TestQueue()
        let bytes: [UInt8] = [0xff, 0xfe]
        let long = String(repeating: "ö", count: 300)
        let ids = try [
            queue.submit { ($0.title, $0.prompt) = ("the title", Array(text: "the prompt")) },
            queue.submit { $0.prompt = Array(text: "the prompt\nand more") },
            queue.submit { $0.argv = ["cp", "a b", "c"].map(Array.init(text:)) },
            queue.submit { $0.prompt = bytes },
            queue.submit { $0.argv = [bytes] },
            queue.submit { $0.prompt = Array(text: long) },
        ]
        let titles = try ids.map { try queue.store.summary(of: $0)?.title }
        #expect(titles == ["the title", "the prompt\nand more", "cp a b c", "", "", String(long.prefix(200))])
        #expect(try queue.store.summary(of: TaskID(99)).map(\.title) == nil)
    }

    @Test func aSummaryHasTheTimes() throws {
        let queue = try TestQueue()
        let id = try queue.submit(at: .test(1)) { $0.priority = Priority(8) ?? .standard }
        try queue.record(AttemptEnd(.failed), of: try queue.claim(slot: 4, at: .test(3)), slot: 4, at: .test(7))
        let summary = try #require(try queue.store.summary(of: id))
        #expect(summary.id == id && summary.type == "shell" && summary.status == .failed && summary.priority == 8)
        #expect(summary.attempt == 1 && summary.worker == "worker_004")
        #expect([summary.createdAt, summary.startedAt, summary.endedAt] == [.test(1), .test(3), .test(7)])
    }

    static let listKeys = [
        "task_id", "type", "status", "priority", "title", "argv", "cwd", "env", "tags", "attempt", "max_attempts", "timeout",
        "created_at", "updated_at", "run_at", "started_at", "ended_at", "worker_id", "pid", "exit_status", "signal", "error",
        "metadata", "slots", "key", "recurring", "parent", "notify", "progress", "progress_message", "after", "after_any",
    ]

    @Test func aTaskAlwaysHasTheSameKeys() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        let whole = Self.listKeys + ["prompt", "result", "stderr", "attempts", "children"]
        #expect(try Set(queue.keys(queue.store.listJSON(of: id))) == Set(Self.listKeys))
        #expect(try Set(queue.keys(queue.store.taskJSON(of: id))) == Set(whole))
        try queue.record(AttemptEnd(.completed), of: try queue.claim())
        #expect(try Set(queue.keys(queue.store.listJSON(of: id))) == Set(Self.listKeys))
        #expect(try Set(queue.keys(queue.store.taskJSON(of: id))) == Set(whole))
        #expect(try queue.store.taskJSON(of: TaskID(9)) == nil)
        #expect(try queue.store.listJSON(of: TaskID(9)) == nil)
        #expect(try queue.store.end(of: TaskID(9)).map(\.status) == nil)
        #expect(try queue.store.output(of: TaskID(9)).map(\.stdout) == nil)
    }

    @Test func numbersAreNumbersAndAbsentIsNull() throws {
        let queue = try TestQueue()
        let id = try queue.submit { $0.timeout = .seconds(90) }
        let json = try queue.store.taskJSON(of: id)
        for key in ["task_id", "priority", "attempt", "max_attempts", "timeout"] {
            #expect(try queue.kind(json, "$.\(key)") == "integer", "\(key)")
        }
        for key in [
            "title", "prompt", "argv", "run_at", "started_at", "ended_at", "worker_id", "pid", "exit_status", "signal",
            "error", "result", "stderr",
        ] { #expect(try queue.kind(json, "$.\(key)") == "null", "\(key)") }
        #expect(try queue.value(json, "$.tags") == "[]")
        #expect(try queue.value(json, "$.env") == "{}")
        #expect(try queue.value(json, "$.attempts") == "[]")
        #expect(json?.contains("\n") == false, "one object a line")
    }

    @Test func whatIsNotTextInAListHasASibling() throws {
        let queue = try TestQueue()
        let id = try queue.submit { ($0.cwd, $0.argv, $0.env) = ([0xff], [[0xfe]], [Array(text: "A=") + [0xfd]]) }
        let json = try queue.store.listJSON(of: id)
        for (key, base64) in [("cwd", "/w=="), ("argv", "/gA="), ("env", "QT39AA==")] {
            #expect(try queue.kind(json, "$.\(key)") == "null")
            #expect(try queue.value(json, "$.\(key)_base64") == base64)
        }
    }

    @Test func membersOfAnObject() throws {
        let queue = try TestQueue()
        let members = try queue.store.members(ofJSON: #"{"b":"x\n\"y\"","a":1.5,"c":null,"d":[1,{"e":2}],"f":""}"#)
        #expect(members.map(\.key) == ["b", "a", "c", "d", "f"])
        #expect(members.map(\.value) == ["x\n\"y\"", "1.5", nil, #"[1,{"e":2}]"#, ""])
        #expect(throws: StoreError.self) { _ = try queue.store.members(ofJSON: "{") }
    }
}
