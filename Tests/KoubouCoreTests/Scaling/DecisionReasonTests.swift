import Testing

@testable import KoubouCore

struct DecisionReasonTests {
    private static func snapshot(pending: Int, active: Int) -> PoolSnapshot {
        let workers = (0..<active).map { PoolWorker(id: WorkerID(slot: $0 + 1), state: .busy) }
        return PoolSnapshot(
            now: .zero, pending: pending, workers: workers + [PoolWorker(id: WorkerID(slot: 99), state: .draining)])
    }

    @Test func growth() {
        var limits = PoolLimits()
        #expect(limits.reasonToGrow(Self.snapshot(pending: 8, active: 2)) == "8 pending > 2 active × 2")
        #expect(limits.reasonToGrow(Self.snapshot(pending: 0, active: 0)) == "0 active < min 1")
        var stuck = Self.snapshot(pending: 1, active: 1)
        stuck.childWaits = true
        #expect(limits.reasonToGrow(stuck) == "1 active, all busy, a child task is pending")
        limits.scaleUpThreshold = 0.5
        #expect(limits.reasonToGrow(Self.snapshot(pending: 2, active: 3)) == "2 pending > 3 active × 0.5")
    }

    @Test func shrinking() {
        let limits = PoolLimits()
        #expect(limits.reasonToShrink(Self.snapshot(pending: 0, active: 3)) == "0 pending, idle for 30s")
        #expect(limits.reasonToShrink(Self.snapshot(pending: 4, active: 7)) == "7 active > max 5")
        #expect(limits.text == "min 1, max 5, threshold 2, idle_timeout 30s")
    }
}
