import Testing

@testable import KoubouCore

struct SubmitTests {
    /// Copies have all that a task has which is stored by itself.
    @Test(arguments: [["a", "b\"\\\n\u{1}", "", "ä"], ["alone"], []])
    func copiesAreLikeTheirModel(_ prompts: [String]) throws {
        let queue = try TestQueue()
        let first = try queue.submit()
        var task = NewTask(type: "shell", cwd: Array(text: "/tmp"))
        task.tags = ["x", "y"]
        task.afterAny = [first]
        task.title = "many"
        let ids = try queue.store.submit(task, prompts: prompts.map(Array.init(text:)), at: .test(0))
        #expect(ids.count == prompts.count)
        for (id, prompt) in zip(ids, prompts) {
            task.prompt = Array(text: prompt)
            let alone = try #require(try queue.store.submit([task], at: .test(0)).first)
            // But for its number, which comes first.
            let rows = try [id, alone].map { try #require(try queue.store.taskJSON(of: $0)).drop { $0 != "," } }
            #expect(rows[0] == rows[1])
        }
        #expect(try queue.number("SELECT count(*) FROM task_dependency") == 2 * prompts.count)
        #expect(try queue.number("SELECT sum(n) FROM task_count") == 1 + 2 * prompts.count)
        #expect(try queue.number("SELECT count(*) FROM task_event") == 1 + 2 * prompts.count)
    }

    /// Such can't be in JSON.
    @Test func copiesWithPromptsThatAreNoText() throws {
        let queue = try TestQueue()
        let task = NewTask(type: "shell", cwd: Array(text: "/tmp"))
        let ids = try queue.store.submit(task, prompts: [[0x61], [0xff, 0x61], [0x61, 0]], at: .test(0))
        #expect(ids.count == 3)
        #expect(try queue.text("SELECT group_concat(hex(prompt)) FROM task_payload") == "61,FF61,6100")
    }

    @Test func givesRisingIDsInOrder() throws {
        let queue = try TestQueue()
        let tasks = (0..<100).map { index in
            var task = NewTask(type: "shell", cwd: Array(text: "/"))
            task.title = "\(index)"
            return task
        }
        let ids = try queue.store.submit(tasks, at: .test(0))
        #expect(ids == (1...100).map { TaskID($0) })
        for (index, id) in ids.enumerated() { #expect(try queue.store.summary(of: id)?.title == "\(index)") }
    }

    @Test func keepsAllOfATask() throws {
        let queue = try TestQueue()
        let id = try queue.submit(at: .test(7)) {
            $0.type = "exec"
            $0.priority = Priority(9) ?? .standard
            $0.title = "a title"
            $0.argv = [Array(text: "printf"), Array(text: "%s\n"), [], Array(text: "ü \" \\ \t")]
            $0.cwd = Array(text: "/var/tmp")
            $0.env = [Array(text: "A=1"), Array(text: "B="), Array(text: "C=x=y")]
            $0.tags = ["red", "blue", "red"]
            $0.maxAttempts = 4
            $0.timeout = .milliseconds(1500)
        }
        let json = try queue.store.taskJSON(of: id)
        let expected = [
            "task_id": "\(id)", "type": "exec", "status": "pending", "priority": "9", "title": "a title", "cwd": "/var/tmp",
            "max_attempts": "4", "timeout": "1.5", "attempt": "0", "created_at": Timestamp.test(7).description,
            "updated_at": Timestamp.test(7).description,
        ]
        for (key, value) in expected { #expect(try queue.value(json, "$.\(key)") == value, "\(key)") }
        #expect(try queue.value(json, "$.tags") == #"["blue","red"]"#)

        let claim = try queue.claim()
        #expect(claim.task == id)
        #expect(claim.type == "exec")
        #expect(claim.argv == [Array(text: "printf"), Array(text: "%s\n"), [], Array(text: "ü \" \\ \t")])
        #expect(claim.env == [Array(text: "A=1"), Array(text: "B="), Array(text: "C=x=y")])
        #expect(claim.cwd == Array(text: "/var/tmp"))
        #expect(claim.prompt == nil)
        #expect(claim.timeout == .milliseconds(1500))
        #expect(claim.maxAttempts == 4)
    }

    @Test func storesAllOrNone() throws {
        let queue = try TestQueue()
        // A row that the schema refuses, after good ones.
        try queue.store.database.execute(script: """
            CREATE TRIGGER refuse BEFORE INSERT ON task_master WHEN NEW.type = 'bad'
            BEGIN SELECT RAISE(ABORT, 'refused'); END
            """)
        let tasks = ["good", "good", "bad", "good"].map { NewTask(type: $0, cwd: Array(text: "/")) }
        #expect(throws: StoreError.self) { try queue.store.submit(tasks, at: .test(0)) }
        for count in [
            try queue.number("SELECT count(*) FROM task_master"), try queue.number("SELECT count(*) FROM task_payload"),
            try queue.number("SELECT count(*) FROM task_event"), try queue.number("SELECT count(*) FROM task_count"),
        ] { #expect(count == 0) }
        #expect(!queue.store.database.isInTransaction)
        try queue.submit()
    }

    @Test func neverGivesAnIDTwice() throws {
        let queue = try TestQueue()
        let ids = try (0..<3).map { _ in try queue.submit() }
        try queue.store.write { () throws(StoreError) in
            try queue.store.database.run("DELETE FROM task_master WHERE task_id >= 2")
        }
        #expect(try queue.submit() == TaskID(4))
        try queue.store.write { () throws(StoreError) in try queue.store.database.run("DELETE FROM task_master") }
        let next = try Store(home: queue.home).submit([NewTask(type: "shell", cwd: Array(text: "/"))], at: .test(0))
        #expect(next == [TaskID(5)])
        #expect(ids == [TaskID(1), TaskID(2), TaskID(3)])
    }

    @Test func anotherConnectionSeesIt() throws {
        let queue = try TestQueue()
        let other = try Store(home: queue.home)
        let before = try other.dataVersion()
        #expect(try other.dataVersion() == before)
        let id = try queue.submit()
        #expect(try other.dataVersion() != before)
        #expect(try other.states(of: [id]) == [.pending])
        try queue.store.sync()
    }

    /// What a transaction reads first must still be true when it writes.
    @Test func aWriteKeepsOtherWritersOutFromItsBeginning() throws {
        let queue = try TestQueue()
        let other = try Database(path: queue.home.database)
        try other.run("PRAGMA busy_timeout = 0")
        try queue.store.write { () throws(StoreError) in
            let error = #expect(throws: StoreError.self) { try other.run("BEGIN IMMEDIATE") }
            #expect(error?.exitCode == .temporaryFailure)
        }
        try other.run("BEGIN IMMEDIATE")
        try other.run("ROLLBACK")
    }

    @Test func wakesIdleWorkersAndTheSupervisor() throws {
        let queue = try TestQueue()
        #expect(try queue.store.processesToWake(forTasks: 3).isEmpty)
        for slot in 1...4 {
            try queue.register(slot: slot)
            if slot != 2 { _ = try queue.store.claim(by: WorkerID(slot: slot), .test(slot), at: .test(1)) }
        }
        #expect(try queue.store.becomeSupervisor(.test(99), limits: PoolLimits(), at: .test(0)) == nil)
        #expect(try queue.store.processesToWake(forTasks: 2) == [.test(1), .test(3)], "these are enough")
        #expect(try queue.store.processesToWake(forTasks: 9) == [.test(1), .test(3), .test(4), .test(99)])
    }
}
