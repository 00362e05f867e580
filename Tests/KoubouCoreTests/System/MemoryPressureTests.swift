import Testing

@testable import KoubouCore

struct MemoryPressureTests {
    private static let meminfo = """
        MemTotal:        8000000 kB
        MemFree:          100000 kB
        MemAvailable:     204800 kB
        """
    private static let pressure = """
        some avg10=12.50 avg60=1.00 avg300=0.10 total=123
        full avg10=2.50 avg60=0.00 avg300=0.00 total=12
        """

    @Test func readsWhatTheKernelTells() {
        #expect(MemoryStatus(meminfo: Self.meminfo, pressure: Self.pressure) == MemoryStatus(available: 200 << 20, pressure: 12.5, total: 8_000_000 << 10))
        #expect(MemoryStatus(meminfo: "", pressure: "") == MemoryStatus(available: nil, pressure: nil))
        #expect(MemoryStatus.current.available ?? 0 > 0)
    }

    @Test func isShortBeyondALimit() {
        var limits = MemoryLimits()
        (limits.availableMin, limits.pressureMax) = (100 << 20, 40)
        #expect(MemoryStatus(available: 100 << 20, pressure: 40).shortage(limits) == nil)
        #expect(MemoryStatus(available: nil, pressure: nil).shortage(limits) == nil)
        #expect(MemoryStatus(available: 99 << 20, pressure: 0).shortage(limits)?.contains("memory_min") == true)
        #expect(MemoryStatus(available: 1 << 40, pressure: 40.5).shortage(limits)?.contains("memory_pressure_max") == true)
        (limits.availableMin, limits.pressureMax) = (0, 100)
        #expect(MemoryStatus(available: 0, pressure: 100).shortage(limits) == nil, "no limits")
    }
}
