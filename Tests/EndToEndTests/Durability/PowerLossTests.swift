import Glibc
import Testing

@testable import KoubouCore

/// Whatever moment the power goes, each task whose id was printed is there when it comes back.
///
/// `KOUBOU_POWER_CUTS` says how many moments are tried.
struct PowerLossTests {
    @Test(.enabled(if: CrashPoint.canTrace, "strace sees what is synced"))
    func eachToldTaskSurvives() throws {
        var random = ChaosGenerator()
        let cuts = Knob.number("KOUBOU_POWER_CUTS") ?? 80
        let home = try Home()
        let live = try KoubouCore.Home(option: home.path, environment: [:])
        _ = try home.queue()
        let supervisor = try home.startSupervisor("--min", "2", "--max", "2")
        let submitters = try startSubmitters(2, in: home)

        // This process must not open the live database with SQLite: closing the file would drop its locks.
        var record = DiskRecord()
        var finished: Set<String> = []
        var (tried, skipped, lostBytes, lives) = (0, 0, 0, Set<[UInt8]>())
        let start = MonotonicClock.now
        while tried < cuts || record.told.count <= 20 || lives.count < 2 {
            try #require(MonotonicClock.now - start < .longRun + .seconds(cuts), "\(tried) cuts, \(skipped) copies skipped")
            letRun(for: .milliseconds(Int.random(in: 5...120, using: &random)))
            var present = record
            for name in fileNames(in: home.folder + "/traces") where !finished.contains(name) {
                let trace = String(decoding: try readFile(home.folder + "/traces/" + name), as: UTF8.self)
                present.read(trace)
                if trace.hasSuffix("+++\n") {
                    finished.insert(name)
                    record.read(trace)
                }
            }
            guard let cut = try PowerCut(of: live, present, &random) else {
                skipped += 1
                continue
            }
            tried += 1
            lostBytes += cut.lost
            lives.formUnion(present.synced.keys)
            let store = try Store(home: cut.restore(to: home.folder + "/cut-\(tried)"))
            #expect(throws: Never.self, "cut \(tried), seed \(random.seed)") { _ = try store.states(of: present.told) }
            #expect(try store.check(repairing: false) == [], "cut \(tried), seed \(random.seed)")
        }
        try home.write("", to: "stop")
        for submitter in submitters { #expect(try submitter.status() == 0) }
        report(
            "power loss: \(tried) cuts, \(skipped) copies skipped, \(record.told.count) tasks told, "
                + "\(lives.count) lives of the WAL, \(lostBytes / tried) bytes lost a cut, seed \(random.seed)")
        try eventually(0) { try home.openStore().unendedCount() }
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
    }

    /// Each submits one task after another until there is a file `stop`; large ones, so that checkpoints come often.
    private func startSubmitters(_ count: Int, in home: Home) throws -> [RunningProgram] {
        try makeFolder(home.folder + "/traces")
        let koubouctl = siblingProgram("koubouctl")
        let script = try home.write(
            """
            prompt="true # $(head -c 40000 /dev/zero | tr '\\0' x)"
            n=0
            until [ -e stop ]; do
              n=$((n + 1))
              strace -y -x -s 24 -o "traces/$1-$n" -e trace=pwrite64,fdatasync,write \\
                \(koubouctl) submit "$prompt" >/dev/null || exit
            done
            """, to: "submitter.sh")
        return try (1...count).map { try home.start("/bin/sh", script, "\($0)") }
    }
}
