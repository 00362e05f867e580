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
        // Both in one look: processes grow and shrink while they start.
        try eventually(true) {
            let tree = ProcessTree(ProcessTable.all())
            let (own, load) = (tree.load(below: child), tree.load(below: getpid()))
            return own.memory > 0 && own.memory < load.memory && load.cpuTime > .zero
        }
        #expect(ProcessTree([]).load(below: 1) == ProcessLoad(cpuTime: .zero, memory: 0))
    }

    @Test func readsItsOwnStatus() throws {
        let status = try #require(ProcessStatus(of: getpid()))
        #expect(status.residentPages > 100)
        #expect(status.cpuTicks < 1_000_000)
    }
}
