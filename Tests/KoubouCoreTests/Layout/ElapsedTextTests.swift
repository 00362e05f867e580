import Testing

@testable import KoubouCore

struct ElapsedTextTests {
    @Test(arguments: [
        (0, "0ms", "0s"), (999, "999ms", "0s"), (1000, "1.0s", "1s"), (4260, "4.2s", "4s"), (59_999, "59s", "59s"),
        (60_000, "1m00s", "1m"), (184_000, "3m04s", "3m"), (3_600_000, "1h00m", "1h"), (7_500_000, "2h05m", "2h"),
        (86_400_000, "1d00h", "1d"), (273_600_000, "3d04h", "3d"), (-5000, "0ms", "0s"),
    ])
    func inWords(_ milliseconds: Int, _ text: String, _ short: String) {
        #expect(ElapsedText.text(.milliseconds(milliseconds)) == text)
        #expect(ElapsedText.short(.milliseconds(milliseconds)) == short)
    }

    @Test(arguments: [
        (0, "0/s"), (-1, "0/s"), (.nan, "0/s"), (.infinity, "0/s"), (1e300, "1000000000000000/s"), (117.6, "118/s"),
        (10, "10/s"), (2.34, "2.3/s"), (2, "2/s"), (0.2, "12/min"), (0.001, "3.6/h"),
    ] as [(Double, String)])
    func ratesInWords(_ rate: Double, _ text: String) { #expect(RateText.text(perSecond: rate) == text) }
}
