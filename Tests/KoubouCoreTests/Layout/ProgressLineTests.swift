import Testing

@testable import KoubouCore

struct ProgressLineTests {
    private static let line = ProgressLine(total: 1000, done: 420, failed: 3, rate: 118)

    @Test(arguments: [
        (100, "[################------------------------]   420/1000  42%  3 failed  118/s  5s left"),
        (66, "[#########-------------]   420/1000  42%  3 failed  118/s  5s left"),
        (54, "[####------]   420/1000  42%  3 failed  118/s  5s left"), (53, " 420/1000  42%  3 failed  118/s  5s left"), (40, " 420/1000  42%  3 failed  118/s  5s left"),
        (39, " 420/1000  42%  3 failed  118/s"), (20, " 420/1000  42%"), (9, " 420/1000"), (4, " 420"), (0, ""), (-1, ""),
    ])
    func fits(_ width: Int, _ text: String) {
        #expect(Self.line.text(width: width) == text)
        #expect(Self.line.text(width: width).count <= max(width, 0))
    }

    @Test(arguments: [
        (ProgressLine(total: 10), "[----------]   0/10  0%"),
        (ProgressLine(total: 10, done: 5, rate: 0), "[#####-----]   5/10  50%"),
        (ProgressLine(total: 10, done: 10, failed: 1), "[##########]  10/10  100%  1 failed"),
        (ProgressLine(total: 10, done: 10, rate: 2), "[##########]  10/10  100%  2/s  0s left"),
        (ProgressLine(total: 10, done: 1, rate: 0.001), "[#---------]   1/10  10%  3.6/h  2h left"),
        (ProgressLine(total: 0), "[##########]  0/0  100%"), (ProgressLine(total: 3, done: 9), "[##########]  9/3  100%"),
        (ProgressLine(total: 1_000_000_000, done: 1, rate: 1e-300), "[----------]           1/1000000000  0%  0/h  11574d left"),
    ])
    func tellsWhatIsKnown(_ line: ProgressLine, _ text: String) { #expect(line.text(width: text.count) == text) }

    @Test func theRateIsThatOfTheLastSeconds() {
        var rate = ProgressRate()
        #expect(rate.perSecond == nil)
        rate.note(0, at: .seconds(100))
        #expect(rate.perSecond == nil)
        rate.note(1, at: .milliseconds(100_100))  // too soon after the last sample
        #expect(rate.perSecond == nil)
        rate.note(50, at: .seconds(105))
        #expect(rate.perSecond == 10)
        for second in 106...200 { rate.note(50, at: .seconds(second)) }
        #expect(rate.perSecond == 0, "what was long ago is forgotten")
    }
}
