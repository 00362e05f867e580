import Testing

@testable import KoubouCore

struct ExitStatusRangesTests {
    @Test func reads() {
        #expect(ExitStatusRanges.parse("none") == [])
        #expect(ExitStatusRanges.parse("64-69,77, 78") == [64...69, 77...77, 78...78])
        #expect(ExitStatusRanges.parse("0-255") == [0...255])
    }

    @Test(arguments: ["", ",", "1,", "69-64", "256", "-1", "1-", "1-2-3", "all", "none,1", "1;2"])
    func refuses(_ text: String) {
        #expect(ExitStatusRanges.parse(text) == nil)
    }
}
