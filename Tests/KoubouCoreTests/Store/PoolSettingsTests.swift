import Testing

@testable import KoubouCore

struct PoolSettingsTests {
    private static func texts(_ queue: TestQueue) throws -> [String] {
        try queue.store.poolSettings().map { "\($0.key)=\($0.value)" }
    }

    @Test func areKeptOnTopOfEachOther() throws {
        let queue = try TestQueue()
        #expect(try Self.texts(queue).isEmpty)
        try queue.store.keep(poolSettings: [(key: "max", value: "8"), (key: "min", value: "2")])
        try queue.store.keep(poolSettings: [(key: "max", value: "9"), (key: "threshold", value: "0.5")])
        #expect(try Self.texts(queue) == ["max=9", "min=2", "threshold=0.5"])
        try queue.store.keep(poolSettings: [(key: "profile", value: "steady")])
        #expect(try Self.texts(queue) == ["profile=steady", "threshold=0.5"], "a profile replaces min and max")
        try queue.store.resetPoolSettings()
        #expect(try Self.texts(queue).isEmpty)
    }

    @Test func areStrongerThanOptions() throws {
        let queue = try TestQueue()
        let configuration = try Configuration.load(
            home: queue.home, environment: ["KOUBOU_POOL_MAX": "7"],
            options: [(setting: ("pool", "max"), value: "8", option: "--max")], poolSettings: [(key: "max", value: "9")])
        #expect(configuration.pool.workers == 1...9)
    }
}
