import Testing

@testable import KoubouCore

struct PriorityTests {
    @Test func isFromOneToTen() {
        #expect((-1...12).compactMap { Priority($0)?.number } == Array(1...10))
        #expect(Priority(Int.min) == nil)
        #expect(Priority(Int.max) == nil)
        #expect(Priority.standard.number == 5)
    }
}
