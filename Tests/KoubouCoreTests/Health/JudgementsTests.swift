import Testing

@testable import KoubouCore

struct JudgementsTests {
    private static let gib = 1 << 30

    @Test(arguments: [
        (200 * gib, 400 * gib, Finding.Status.ok), (2 * gib, 400 * gib, .warn), (gib - 1, 2 * gib, .warn),
        ((100 << 20) - 1, gib, .fail), (0, 0, .fail), (gib, gib, .ok),
    ])
    func disk(available: Int, total: Int, status: Finding.Status) {
        let finding = Finding.disk(FileSystemRoom(available: available, total: total, files: nil), at: "/x")
        #expect(finding.status == status)
        #expect((finding.remedy == nil) == (status == .ok))
    }

    @Test(arguments: [(nil, Finding.Status.ok), (20_000, .ok), (9_999, .warn), (99, .fail)])
    func inodes(files: Int?, status: Finding.Status) {
        #expect(Finding.inodes(FileSystemRoom(available: 1, total: 1, files: files), at: "/x").status == status)
    }

    struct ModelCase: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var size: Int? = 12
        var onGPU: Int?
        var tasks = 2
        var memory: Int? = 32
        var gpu: Int?
        let status: Finding.Status?
        var remedy: String?
    }

    @Test(arguments: [
        ModelCase(testDescription: "not loaded, fits", status: .ok),
        ModelCase(testDescription: "not loaded, too many", tasks: 3, status: .warn, remedy: "concurrency = 2"),
        ModelCase(testDescription: "not loaded, the GPU adds to it", tasks: 3, gpu: 8, status: .ok),
        ModelCase(testDescription: "not loaded, too large", size: 40, tasks: 1, status: .warn, remedy: "a smaller model"),
        ModelCase(testDescription: "in main memory", onGPU: 0, tasks: 3, gpu: 99, status: .warn, remedy: "concurrency = 2"),
        ModelCase(testDescription: "on the GPU", onGPU: 12, tasks: 3, gpu: 24, status: .warn, remedy: "concurrency = 2"),
        ModelCase(testDescription: "on the GPU, fits", onGPU: 12, memory: 1, gpu: 24, status: .ok),
        ModelCase(testDescription: "on a GPU that tells nothing", onGPU: 12, tasks: 99, status: .ok),
        ModelCase(testDescription: "half on the GPU", onGPU: 5, tasks: 1, gpu: 99, status: .warn, remedy: "a smaller model"),
        ModelCase(testDescription: "another machine", tasks: 99, memory: nil, status: .ok),
        ModelCase(testDescription: "of unknown size", size: nil, status: nil),
    ])
    func model(row: ModelCase) {
        let model = OllamaModel(name: "m", size: row.size.map { $0 * Self.gib }, onGPU: row.onGPU.map { $0 * Self.gib })
        let demand = ModelDemand(
            model, tasks: row.tasks, memory: row.memory.map { $0 * Self.gib }, gpuMemory: row.gpu.map { $0 * Self.gib })
        let finding = Finding.model(demand, of: "general")
        #expect(finding?.status == row.status)
        #expect(finding?.remedy?.mentions(row.remedy ?? "?") ?? (row.remedy == nil), "\(finding?.text ?? "")")
    }

    @Test func wal() {
        #expect(Finding.wal(size: 0).status == .ok)
        #expect(Finding.wal(size: 64 << 20).status == .ok)
        #expect(Finding.wal(size: (64 << 20) + 1).status == .warn)
    }

    @Test(arguments: [
        ("2026-01-01 12:00:00.000", nil, Finding.Status.ok), ("2026-01-01 12:00:00.000", "2026-01-01 12:00:00.900", .ok),
        ("2026-01-01 12:00:00.000", "2026-01-01 12:00:02.000", .warn), ("1970-01-01 00:00:09.000", nil, .warn),
    ])
    func clock(now: String, last: String?, status: Finding.Status) throws {
        let now = try #require(Timestamp(now))
        #expect(Finding.clock(now, lastEvent: last.flatMap { Timestamp($0) }).status == status)
    }

    @Test func openFiles() {
        #expect(Finding.openFiles(255).status == .warn)
        #expect(Finding.openFiles(1024).status == .ok)
    }

    @Test func aFindingIsOneLine() {
        let finding = Finding.fail("home", HomeError.writableByOthers("/x"))
        #expect(finding.text == "home: the home can be written by other users (/x); run: chmod go-w '/x'")
        #expect(
            Finding.ok("a", "b\"\n").json == #"{"check":"a","status":"ok","detail":"b\"\n","remedy":null}"#)
    }
}
