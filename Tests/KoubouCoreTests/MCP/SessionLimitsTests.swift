import Testing

@testable import KoubouCore

struct SessionLimitsTests {
    private let limits = SessionLimits(count: 3, idle: .seconds(1800))

    @Test func whoIsSilentForHalfAnHourIsEnded() {
        let idle: [String: Duration] = ["a": .seconds(1800), "b": .milliseconds(1_800_001), "c": .zero]
        #expect(limits.toEnd(idle, needsRoom: false) == ["b"])
        #expect(limits.toEnd([:], needsRoom: false) == [])
    }

    @Test func theIdlestMakesRoom() {
        let full: [String: Duration] = ["a": .seconds(5), "b": .seconds(7), "c": .zero]
        #expect(limits.toEnd(full, needsRoom: false) == [])
        #expect(limits.toEnd(full, needsRoom: true) == ["b"])
        #expect(limits.toEnd(["a": .seconds(5), "b": .seconds(7)], needsRoom: true) == [])
        #expect(limits.toEnd(["a": .seconds(2000), "b": .seconds(7), "c": .seconds(9)], needsRoom: true) == ["a"], "that is room")
    }

    @Test func whoIsAtWorkIsSpared() {
        #expect(limits.toEnd(["a": .zero, "b": .zero, "c": .zero], needsRoom: true) == nil)
    }

    @Test func theLimitsOfTheGateway() {
        #expect(SessionLimits.standard == SessionLimits(count: 256, idle: .seconds(1800)))
    }
}
