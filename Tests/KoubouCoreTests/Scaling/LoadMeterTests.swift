import Testing

@testable import KoubouCore

struct LoadMeterTests {
    private typealias Change = LoadMeter.Change

    private var meter = LoadMeter()

    private mutating func measure(_ changes: [Change] = [], pending: Int = 0, running: Int = 0, at second: Int) -> MeasuredLoad {
        meter.measure(changes, [("shell", pending, running)], idleTimeout: .seconds(10), at: .seconds(second))
    }

    @Test mutating func arrivalsOfTwoIdleTimeoutsCount() {
        #expect(measure([Change(type: "shell", arrived: 6)], pending: 6, at: 100).types.first?.arrivalRate == 0.3)
        #expect(measure([Change(type: "shell", arrived: 2)], at: 119).types.first?.arrivalRate == 0.4)
        #expect(measure(at: 120).types.first?.arrivalRate == 0.1)
        #expect(measure(at: 139).types.first?.arrivalRate == 0)
    }

    @Test mutating func runTimesAreAMeanThatForgets() {
        #expect(measure(at: 0).types.first?.runTime == nil)
        #expect(measure([Change(type: "shell", ended: 4, runTime: 8)], at: 1).types.first?.runTime == 2)
        #expect(measure([Change(type: "other", ended: 4, runTime: 800)], at: 2).types.first?.runTime == 2, "by type")
        #expect(measure([Change(type: "shell", ended: 9996, runTime: 9996 * 5)], at: 3).types.first?.runTime.map { abs($0 - 5) < 0.01 } == true)
        let changed = measure([Change(type: "shell", ended: 100, runTime: 700)], at: 4).types.first?.runTime
        #expect(changed.map { abs($0 - 6) < 0.01 } == true, "half of it is new")
    }

    @Test mutating func onlyWhatComesAllTheTimeIsSteady() {
        #expect(measure([Change(type: "shell", arrived: 6)], pending: 6, at: 100).types.first?.steadyRate == 0)
        #expect(measure([Change(type: "shell", arrived: 2)], at: 112).types.first?.steadyRate == 0.2)
        #expect(measure(at: 121).types.first?.steadyRate == 0)
    }

    @Test mutating func aTypeOfWhichNothingIsThereCountsToo() {
        _ = measure([Change(type: "shell", arrived: 6)], pending: 6, at: 100)
        let load = meter.measure([], [], idleTimeout: .seconds(10), at: .seconds(101))
        #expect(load.types.map(\.type) == ["shell"] && load.types[0].arrivalRate == 0.3)
    }

    @Test mutating func aStopIsRemembered() {
        #expect(measure(at: 96).sinceStop == nil)
        meter.noteStop(at: .seconds(96))
        #expect(measure(at: 99).sinceStop == .seconds(3))
    }
}
