import Glibc
import KoubouCore
import ParserFuzz

let words = CommandLine.arguments.dropFirst().map { Int($0) }
guard (1...2).contains(words.count), let count = words[0], count > 0, let seed = words.count > 1 ? words[1] : 1, seed >= 0 else {
    writeAll("usage: koubou-fuzz INPUTS [SEED]\n", to: STDERR_FILENO)
    exit(64)
}

var isClean = true
for parser in FuzzedParser.allCases {
    let start = MonotonicClock.now
    var refused = 0
    for first in stride(from: 0, to: count, by: 100_000) {
        let report = parser.run(inputs: first..<min(first + 100_000, count), seed: UInt64(seed))
        refused += report.refused
        for fault in report.faults { print(fault) }
        if !report.faults.isEmpty { isClean = false }
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = (MonotonicClock.now - start).components.seconds
    print("\(parser.rawValue): \(count) inputs, \(refused) refused, \(seconds) s, \(usage.ru_maxrss >> 10) MiB at most")
}
exit(isClean ? 0 : 1)
