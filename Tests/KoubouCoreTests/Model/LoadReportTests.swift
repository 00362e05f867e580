import Testing

@testable import KoubouCore

@Suite struct LoadReportTests {
    @Test func percentilesAreNearTheExactOnes() throws {
        var random = SeededGenerator(seed: 5)
        var histogram = DurationHistogram()
        #expect(histogram.percentile(50) == nil)
        var all: [Int] = []
        for _ in 0..<5000 {
            let milliseconds = 1 << Int.random(in: 0...30, using: &random) | Int.random(in: 0...1 << 20, using: &random)
            all.append(milliseconds)
            histogram.add(.milliseconds(milliseconds))
        }
        all.sort()
        for percent in [1, 50, 90, 95, 99, 100] {
            let exact = all[(all.count * percent + 99) / 100 - 1]
            let found = try #require(histogram.percentile(percent)).millisecondsRoundedUp
            #expect(found >= exact && found <= exact + exact / 32 + 1, "\(percent): \(found), \(exact)")
        }
        #expect(histogram.percentile(100) == .milliseconds(all[4999]))
    }

    @Test func extremesAreNoTrap() {
        var histogram = DurationHistogram()
        for duration in [Duration.zero, .seconds(-5), .milliseconds(Int64.max / 1000), .milliseconds(63), .milliseconds(64)] {
            histogram.add(duration)
        }
        #expect(histogram.percentile(40) == .zero)
        #expect(histogram.percentile(60) == .milliseconds(63))
        #expect(histogram.percentile(100) == .milliseconds(Int64.max / 1000))
    }

    @Test func aSeriesStaysSmall() {
        var series = SampleSeries(step: .seconds(1))
        for second in 0..<10_000 { series.add(second < 5000 ? 1 : 3, at: .seconds(second)) }
        #expect(series.values.count <= 240)
        #expect((series.min, series.max, series.mean) == (1, 3, 2))
        #expect(series.step == .seconds(64))
        #expect(series.values.count { $0 == 1 } == 79)
        #expect(series.thinned(to: 4) == [1, 1, 3, 3])
        #expect(SampleSeries(step: .seconds(1)).mean == 0)
    }

    @Test func theReport() throws {
        var report = LoadReport(tag: "load-1", tasks: 10, start: .test(0))
        (report.submitted, report.submitTime) = (8, .milliseconds(120))
        for second in 1...4 {
            report.add(
                LoadEnd(status: second == 2 ? .failed : .completed, at: .test(second), waiting: .milliseconds(second * 10),
                    running: .seconds(second)))
            report.workers.add(second, at: .seconds(second))
        }
        report.add(LoadEnd(status: .cancelled, at: .test(5), waiting: nil, running: nil))
        #expect(report.lines(columns: 40, isUTF8: false) == [
            "tasks       8 submitted, 3 completed, 1 failed, 1 cancelled, 3 open",
            "time        5.0s, submitting took 120ms",
            "throughput  48/min",
            "waiting     p50 20ms  p90 40ms  p95 40ms  p99 40ms  max 40ms",
            "running     p50 2.0s  p90 4.0s  p95 4.0s  p99 4.0s  max 4.0s",
            "workers     1 to 4, 2.5 on average",
            "            -=*#",
        ])
        let queue = try TestQueue()
        #expect(
            try queue.store.json(of: report)
                == #"{"tag":"load-1","tasks":10,"submitted":8,"completed":3,"failed":1,"cancelled":1,"seconds":5.0,"#
                + #""submit_seconds":0.12,"throughput":0.8,"waiting":{"p50":0.02,"p90":0.04,"p95":0.04,"p99":0.04,"max":0.04},"#
                + #""running":{"p50":2.015,"p90":4.0,"p95":4.0,"p99":4.0,"max":4.0},"#
                + #""workers":{"min":1,"mean":2.5,"max":4,"step":0.2,"samples":[1,2,3,4]}}"#)
        let nothing = LoadReport(tag: "x", tasks: 1, start: .test(0)).lines(columns: 0, isUTF8: true)
        #expect(nothing[3] == "waiting     nothing ended")
    }
}
