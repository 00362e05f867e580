import Glibc
import Testing

@testable import KoubouCore

@Suite struct ProcessLoadTests {
    /// The processes that descend from another one, and nobody else, count.
    @Test func sumsUpWhatDescends() throws {
        let script = "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done; sleep 1000 & exec sleep 1000"
        let child = try spawn(SpawnPlan(arguments: ["/bin/sh", "-c", script].map(Array.init(text:)), environment: []))
        defer {
            kill(-child, SIGKILL)
            _ = ProcessEnd(reaping: child)
        }
        var load = ProcessLoad(cpuTime: .zero, memory: 0)
        try eventually(true) {
            let tree = ProcessTree(ProcessTable.all())
            load = tree.load(below: getpid())
            return tree.load(below: child).memory > 0 && load.cpuTime > .zero
        }
        let own = ProcessTree(ProcessTable.all()).load(below: child)
        #expect(own.memory < load.memory)
        #expect(ProcessTree([]).load(below: 1) == ProcessLoad(cpuTime: .zero, memory: 0))
    }

    @Test func readsItsOwnStatus() throws {
        let status = try #require(ProcessStatus(of: getpid()))
        #expect(status.residentPages > 100)
        #expect(status.cpuTicks < 1_000_000)
    }
}
