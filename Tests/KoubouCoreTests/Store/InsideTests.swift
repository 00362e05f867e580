import Testing

@testable import KoubouCore

/// What tasks do from their inside.
@Suite struct InsideTests {
    @Test func progressIsFencedByTheClaim() throws {
        let queue = try TestQueue()
        let task = try queue.submit { $0.maxAttempts = 2 }
        let first = try queue.claim()
        try queue.store.note(progress: 30, "parsing", of: task, claim: first.number, at: .test(1))
        #expect(try queue.store.summary(of: task)?.progress == 30)
        let events = try queue.number("SELECT count(*) FROM task_event")
        try queue.store.note(progress: 30, "parsing", of: task, claim: first.number, at: .test(2))
        #expect(try queue.number("SELECT count(*) FROM task_event") == events, "nothing new")
        try queue.record(AttemptEnd(.failed), of: first)
        #expect(try queue.store.summary(of: task)?.progress == nil, "it does not run")
        #expect(throws: StoreError.self) {
            try queue.store.note(progress: 40, nil, of: task, claim: first.number, at: .test(3))
        }
        let second = try queue.claim(at: .test(4))
        #expect(try queue.value(queue.store.taskJSON(of: task), "$.progress") == nil, "each attempt begins anew")
        #expect(throws: StoreError.self) {
            try queue.store.note(progress: 40, nil, of: task, claim: first.number, at: .test(5))
        }
        try queue.store.note(progress: 0, nil, of: task, claim: second.number, at: .test(6))
        #expect(try queue.store.summary(of: task)?.progress == 0)
        let summary = try #require(try queue.store.summary(of: task))
        #expect(TopTask(summary).title.hasPrefix("0% "))
    }

    @Test func childrenLieDeeperUpToALimit() throws {
        let queue = try TestQueue()
        var last = try queue.submit()
        for depth in 1...3 {
            let child = try queue.submit { $0.parent = last }
            #expect(try queue.number("SELECT max(depth) FROM task_master") == depth)
            last = child
        }
        var task = NewTask(type: "shell", cwd: [])
        task.parent = last
        #expect(throws: StoreError.self) { try queue.store.submit([task], depthLimit: 3, at: .test(0)) }
        #expect(try queue.store.submit([task], depthLimit: 4, at: .test(0)).count == 1)
        task.parent = TaskID(99)
        let orphan = try #require(queue.store.submit([task], depthLimit: 0, at: .test(0)).first)
        #expect(try queue.value(queue.store.taskJSON(of: orphan), "$.parent") == nil, "its parent was pruned")
    }

    @Test func aCancelReachesBelowTasksThatHaveEnded() throws {
        let queue = try TestQueue()
        let root = try queue.submit()
        let middle = try queue.submit { $0.parent = root }
        for _ in 0..<2 { try queue.record(AttemptEnd(.completed), of: queue.claim()) }
        let running = try queue.submit { $0.parent = middle }
        let claim = try queue.claim()
        let waiting = try queue.submit { $0.parent = middle }
        let dependant = try queue.submit { $0.after = [waiting] }
        #expect(claim.task == running)
        #expect(try queue.store.descendants(of: [root]) == [running, waiting])
        #expect(try queue.store.childWaits() == false, "the parent of what waits has ended")
        #expect(try queue.store.cancel([root], at: .test(3)).results == [.alreadyEnded(.completed)])
        #expect(try queue.store.wish(about: claim) == .cancel)
        #expect(try queue.state(of: waiting) == .cancelled)
        #expect(try queue.state(of: dependant) == .cancelled)
        #expect(throws: StoreError.self) { try queue.submit { $0.parent = running } }
        #expect(throws: StoreError.self) { try queue.submit { $0.parent = waiting } }
    }

    /// Nothing but an import of a forged line makes a circle.
    @Test func aCircleOfParentsComesToAnEnd() throws {
        let queue = try TestQueue()
        let ids = try (0..<3).map { _ in try queue.submit() }
        for (child, parent) in [(1, 2), (2, 3), (3, 1)] {
            try queue.store.database.run("UPDATE task_master SET parent = ?2 WHERE task_id = ?1", child, parent)
        }
        #expect(try queue.store.descendants(of: [ids[0]]) == ids)
        #expect(try queue.store.cancel([ids[1]], at: .test(1)).results == [.cancelled])
        for id in ids { #expect(try queue.state(of: id) == .cancelled) }
    }

    @Test func onlyAnEndedTaskOfTheSameTypeHasASessionToGoOnWith() throws {
        let queue = try TestQueue()
        let earlier = try queue.submit()
        #expect(throws: StoreError.self) { try queue.submit { $0.continues = earlier } }
        var end = AttemptEnd(.cancelled)
        end.metadata = [("session", "\"01a2\"")]
        try queue.record(end, of: queue.claim())
        let next = try queue.submit { $0.continues = earlier }
        #expect(try queue.claim().metadata == ["resume": "01a2"])
        #expect(throws: StoreError.self) {
            try queue.submit {
                $0.type = "other"
                $0.continues = earlier
            }
        }
        #expect(throws: StoreError.self) { try queue.submit { $0.continues = TaskID(99) } }
        #expect(try queue.store.states(of: [next]) == [.inProgress])
    }
}
