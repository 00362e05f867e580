import Testing

@testable import KoubouCore

struct TaskIDTests {
    @Test func isReadAsItIsWritten() {
        for id in [TaskID(1), TaskID(1_000_000), TaskID(.max)] { #expect(TaskID(text: id.description) == id) }
    }

    @Test(arguments: ["", "0", "+1", "-1", " 1", "1 ", "1.0", "1e3", "0x1", "\u{663}", "9223372036854775808"])
    func refusesWhatIsNone(_ text: String) { #expect(TaskID(text: text) == nil) }
}
