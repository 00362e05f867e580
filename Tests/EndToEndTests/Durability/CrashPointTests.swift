import Glibc
import Testing

@testable import KoubouCore

/// Whatever system call fails or is the last one, nothing that was told is lost and the queue goes on.
@Suite(.enabled(if: CrashPoint.canTrace, "strace is needed"))
struct CrashPointTests {
    /// Homes at work at the same time: most of the time goes by in waiting.
    private static let batch = 8

    @Test func ofSubmitIntoANewHome() throws {
        try trySubmits(size: 40, "submit, new home") { try Home() }
    }

    @Test func ofSubmitIntoAQueue() throws {
        try trySubmits(size: 30, "submit") {
            let home = try Home()
            #expect(try home.koubouctl("submit", "true").status == 0)
            return home
        }
    }

    private func trySubmits(size: Int, _ title: String, _ make: () throws -> Home) throws {
        var random = ChaosGenerator()
        let submit = ["koubouctl", "submit", "echo >>ran"]
        let sample = CrashPointSample(try CrashPoint.all(of: locate(submit), in: make()), size: size, &random)
        report(sample.table(title) + ", seed \(random.seed)")
        for point in sample.points {
            let home = try make()
            let output = try home.run(point.tracer(in: home) + locate(submit))
            point.expectOrderlyEnd(output.status)
            if ExitCode(rawValue: output.status) != nil, output.status != 0 {
                #expect(
                    output.errors.hasPrefix("koubouctl: ") && !output.errors.contains("\n"),
                    "\(point): \(output.errors)")
                #expect(output.text.isEmpty, "\(point)")
            }
            if output.status == 0 { #expect(Int(output.text) != nil, "\(point)") }
            let isTold = Int(output.text) != nil

            let drain = try home.run(["koubou-worker", "--drain"])
            #expect(drain.status == 0, "\(point): \(drain.errors)")
            let store = try home.openStore()
            #expect(try store.unendedCount() == 0, "\(point)")
            let runs = home.exists("ran") ? try home.read("ran").count : 0
            #expect(isTold ? runs == 1 : runs <= 1, "\(point): ran \(runs) times")
            if isTold { #expect(try home.field("status", of: output.text) == "completed", "\(point)") }
            try home.expectSound("\(point)")
        }
    }

    @Test func ofAWorker() throws {
        var random = ChaosGenerator()
        let drain = ["koubou-worker", "--drain"]
        let sample = CrashPointSample(
            try CrashPoint.all(of: locate(drain), in: makeWork()), size: 80, &random)
        report(sample.table("worker") + ", seed \(random.seed)")
        var orphans = 0
        for start in stride(from: 0, to: sample.points.count, by: Self.batch) {
            let points = sample.points[start..<min(start + Self.batch, sample.points.count)]
            let homes = try points.map { _ in try makeWork() }
            let faulty = try zip(points, homes).map { point, home in
                try home.start(point.tracer(in: home) + locate(drain))
            }
            for (point, program) in zip(points, faulty) {
                point.expectOrderlyEnd(try program.status() ?? -1)
            }
            let plain = try homes.map { try $0.start(drain) }
            for (point, program) in zip(points, plain) {
                #expect(try program.status() == 0, "\(point)")
            }
            for (point, home) in zip(points, homes) {
                // A worker by hand that was killed left its task: that is the supervisor's to see to.
                if try home.openStore().unendedCount() > 0 {
                    orphans += 1
                    try recover(home)
                }
                try expectAllDone(home, point)
            }
        }
        report("worker: \(orphans) of \(sample.points.count) needed a supervisor afterwards")
    }

    /// A home with a task for each way of a worker.
    private func makeWork() throws -> Home {
        let home = try Home()
        _ = try home.queue()
        try home.write("[type shell]\nbackoff_min = 0s\nbackoff_max = 0s\n", to: home.path + "/koubou.conf")
        let count = #"echo >>"ran-$KOUBOU_TASK_ID"; "#
        for script in [
            "echo done",
            #"[ "$(wc -l <"ran-$KOUBOU_TASK_ID")" -gt 1 ]"#,  // fails at first
            "head -c 100000 /dev/zero; sleep 0.02",  // its output becomes a file
        ] {
            #expect(try home.koubouctl("submit", "--max-attempts", "3", count + script).status == 0)
        }
        return home
    }

    private func recover(_ home: Home) throws {
        let supervisor = try home.start("kouboud", "--poll", "100ms")
        try eventually(0) { try home.openStore().unendedCount() }
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
    }

    private func expectAllDone(_ home: Home, _ point: CrashPoint) throws {
        for (id, usual) in [("1", 1), ("2", 2), ("3", 1)] {
            #expect(try home.field("status", of: id) == "completed", "\(point), task \(id)")
            let runs = home.exists("ran-\(id)") ? try home.read("ran-\(id)").count : 0
            #expect((usual...usual + 1).contains(runs), "\(point), task \(id) ran \(runs) times")
        }
        #expect(try home.koubouctl("result", "3").stdout.count == 100_000, "\(point)")
        try home.expectSound("\(point)")
    }

    private func locate(_ words: [String]) -> [String] {
        [parentFolder(of: siblingProgram("x")) + "/" + words[0]] + words.dropFirst()
    }
}

extension CrashPoint: CustomStringConvertible {}

extension Home {
    func start(_ words: [String]) throws -> RunningProgram {
        let words = words[0].hasPrefix("/") ? words : [siblingProgram(words[0])] + words.dropFirst()
        return try RunningProgram(words.map { Array($0.utf8) }, environment: environment, in: folder)
    }
}
