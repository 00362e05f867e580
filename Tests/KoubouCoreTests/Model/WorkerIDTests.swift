import Testing

@testable import KoubouCore

struct WorkerIDTests {
    @Test(arguments: [(1, "worker_001"), (42, "worker_042"), (999, "worker_999"), (1000, "worker_1000")])
    func hasOneText(_ slot: Int, _ text: String) {
        #expect(WorkerID(slot: slot).description == text)
        #expect(WorkerID(text) == WorkerID(slot: slot))
    }

    @Test(arguments: [
        "", "worker_", "worker_1", "worker_0001", "worker_000", "worker_-01", "worker_+01", "Worker_001", "worker_001 ", "001",
        "../worker_001", "worker_99999999999999999999",
    ])
    func refusesWhatIsNone(_ text: String) {
        #expect(WorkerID(text) == nil)
    }

    @Test func sortsBySlot() {
        #expect(WorkerID(slot: 999) < WorkerID(slot: 1000))
        #expect(TaskID(9) < TaskID(10))
    }
}
