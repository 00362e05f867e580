import Glibc
import Testing

@testable import KoubouCore

/// SplitMix64: the same numbers for the same seed, on every machine.
struct ChaosGenerator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    /// The seed is `KOUBOU_SEED`, to see again what was seen once, or a new one.
    init() { self.init(seed: Knob.number("KOUBOU_SEED").map(UInt64.init) ?? UInt64.random(in: 1...999_999)) }

    init(seed: UInt64) { (self.seed, state) = (seed, seed) }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// True once in `n` times.
    mutating func oneIn(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &self) == 0 }
}

/// What the environment says of how long and how hard these tests try.
enum Knob {
    static func number(_ name: String) -> Int? { Environment.ofProcess[name].flatMap { Int($0) } }
}

/// Lets the programs run for a while between two blows. Nothing is awaited: the moment is part of the chaos.
func letRun(for time: Duration) { usleep(useconds_t(time.millisecondsRoundedUp * 1000)) }

/// Prints a line of figures at once, so that it stands before whatever fails next.
func report(_ line: String) { writeAll(line + "\n", to: STDOUT_FILENO) }

extension Home {
    func openStore() throws -> Store { try Store(home: KoubouCore.Home(option: path, environment: [:])) }

    /// Processes that run for this home, whoever started them.
    var processes: [pid_t] { ProcessTable.holding(environment: ["KOUBOU_HOME=\(path)"]) }

    /// `koubouctl check` and SQLite's own check find nothing, but for files that a worker could not delete any more
    /// when it was killed.
    func expectSound(_ comment: String = "", at location: SourceLocation = #_sourceLocation) throws {
        for line in try koubouctl("check", "--repair").lines where line != "ok" {
            let isLeftFile = line.hasPrefix("file that belongs to no task: ") && line.hasSuffix(" (repaired)")
            #expect(isLeftFile, "\(comment): \(line)", sourceLocation: location)
        }
        #expect(try koubouctl("check").text == "ok", "\(comment)", sourceLocation: location)
        #expect(try openStore().text("PRAGMA integrity_check") == "ok", "\(comment)", sourceLocation: location)
    }
}

extension Store {
    /// The only value of a query, as text.
    func text(_ sql: StaticString) throws -> String {
        try database.first(sql) { row throws(StoreError) in try row.get(0) as String } ?? ""
    }

    func number(_ sql: StaticString) throws -> Int {
        try database.first(sql) { row throws(StoreError) in try row.get(0) as Int } ?? 0
    }

    /// Tasks that have not ended.
    func unendedCount() throws -> Int {
        try taskCounts().filter { !$0.status.isEnded }.reduce(0) { $0 + $1.count }
    }
}
