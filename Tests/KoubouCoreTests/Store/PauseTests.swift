import Testing

@testable import KoubouCore

struct PauseTests {
    @Test func aPausedTypeIsNotClaimed() throws {
        let queue = try TestQueue()
        let first = try queue.submit { ($0.type, $0.priority) = ("exec", Priority(9) ?? .standard) }
        let second = try queue.submit()
        try queue.store.pause(type: "exec")
        try queue.store.pause(type: "exec")
        #expect(try queue.store.pauses().map(\.type) == ["exec"])
        #expect(try queue.claim(slot: 1).task == second, "others go on")
        try queue.register(slot: 2)
        #expect(try queue.store.claim(by: WorkerID(slot: 2), .test(2), at: .test(1)).claim.map(\.task) == nil)

        #expect(try queue.store.resume(type: "shell") == nil, "was not paused")
        #expect(try queue.store.resume(type: "exec") == [.test(2)], "the idle worker is told")
        #expect(try queue.claim(slot: 2).task == first)
    }

    @Test func allMayBePaused() throws {
        let queue = try TestQueue()
        let id = try queue.submit()
        let running = try queue.claim(slot: 1)
        try queue.submit()
        try queue.store.pause(type: nil)
        try queue.store.pause(type: "exec")
        #expect(try queue.store.pauses().map(\.type) == [nil, "exec"])
        #expect(try queue.record(AttemptEnd(.completed), of: running, then: .claim).work?.claim.map(\.task) == nil)
        #expect(try queue.state(of: id) == .completed, "what runs goes on")
        _ = try queue.store.resume(type: nil)
        #expect(try queue.store.pauses().map(\.type).isEmpty)
        #expect(try queue.claim(slot: 1).task == TaskID(2))
    }

    @Test func whatIsPausedDoesNotMakeThePoolGrow() throws {
        let queue = try TestQueue()
        for type in ["exec", "exec", "shell"] { try queue.submit { $0.type = type } }
        try queue.store.pause(type: "exec")
        #expect(try queue.store.survey(at: .test(1)).pending == 1)
        try queue.store.pause(type: nil)
        #expect(try queue.store.survey(at: .test(1)).pending == 0)
    }
}
