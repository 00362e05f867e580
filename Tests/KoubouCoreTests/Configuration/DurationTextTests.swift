import Testing

@testable import KoubouCore

struct DurationTextTests {
    @Test(arguments: [
        ("90", 90_000), ("90s", 90_000), ("0", 0), ("0s", 0), ("250ms", 250), ("1.5s", 1500), ("0.25", 250), ("5m", 300_000),
        ("2h", 7_200_000), ("7d", 604_800_000), ("007", 7000), ("0.0001s", 1), ("36525d", 3_155_760_000_000),
    ])
    func reads(_ text: String, _ milliseconds: Int) {
        #expect(DurationText.parse(text) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", " ", "s", "-1s", "+1s", "1 s", " 1s", "1s ", "1.s", ".5s", "1..5s", "1.2.3", "1S", "1w", "1min", "1m30s", "1e3",
        "0x10", "inf", "nan", "٣s", "1٣s", "36526d", "99999999999999999999d", "1,5s",
    ])
    func refuses(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(arguments: [
        (0, "0ms"), (1, "1ms"), (1000, "1s"), (1500, "1500ms"), (60_000, "1m"), (90_000, "90s"), (3_600_000, "1h"),
        (7_200_000, "2h"), (86_400_000, "1d"), (604_800_000, "7d"),
    ])
    func writesTheShortestExactForm(_ milliseconds: Int, _ text: String) {
        #expect(DurationText.text(.milliseconds(milliseconds)) == text)
    }

    @Test func comesBack() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<1000 {
            let unit = [1, 1000, 60_000, 3_600_000].randomElement(using: &random) ?? 1
            let duration = Duration.milliseconds(Int.random(in: 0...5000, using: &random) * unit)
            #expect(DurationText.parse(DurationText.text(duration)) == duration)
        }
    }
}
