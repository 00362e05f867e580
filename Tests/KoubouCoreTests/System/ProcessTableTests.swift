import Glibc
import Testing

@testable import KoubouCore

struct ProcessTableTests {
    /// By the name of its program, also when an upgrade has put another file there.
    @Test func whoHasAFileOpenIsFound() throws {
        let folder = try TemporaryFolder()
        let program = folder("sleeper")
        #expect(try runToEnd("/bin/cp", "/bin/sleep", program).end.cause == .exited(0))
        let file = try FileDescriptor(opening: folder("lock"), O_RDWR | O_CREAT)
        var plan = SpawnPlan(arguments: [program, "600"].map(Array.init(text:)), environment: [])
        plan.descriptors[3] = file.number
        let pid = try spawn(plan)
        defer { kill(pid, SIGKILL); _ = ProcessEnd(reaping: pid) }
        let sleeper = ProcessIdentity(of: pid)
        #expect(ProcessTable.holder(of: folder("lock"), program: "sleeper") == sleeper)
        #expect(ProcessTable.holder(of: folder("lock"), program: "sleep") == nil)
        #expect(ProcessTable.holder(of: folder("other"), program: "sleeper") == nil)
        unlink(program)
        #expect(ProcessTable.holder(of: folder("lock"), program: "sleeper") == sleeper)
    }
}
