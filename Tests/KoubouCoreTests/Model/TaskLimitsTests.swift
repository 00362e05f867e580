import KoubouCore
import Testing

@Suite struct TaskLimitsTests {
    @Test func whatFallsShortWithoutAController() {
        var limits = TaskLimits()
        #expect(limits.ofCgroup.isEmpty && limits.shortfalls(with: []).isEmpty)
        (limits.memoryMax, limits.pidsMax, limits.cpuWeight, limits.nice) = (1 << 26, 40, 25, 3)
        #expect(limits.ofCgroup.map(\.key) == ["memory_max", "pids_max", "cpu_weight"])
        #expect(limits.shortfalls(with: ["memory", "pids", "cpu", "io"]).isEmpty)
        #expect(limits.shortfalls(with: ["pids"]).map { "\($0.key) \($0.effect)" } == [
            "memory_max bounds each process of a task by itself: no cgroup with the memory controller is delegated to kouboud",
            "cpu_weight has no effect: no cgroup with the cpu controller is delegated to kouboud",
        ])
    }
}
