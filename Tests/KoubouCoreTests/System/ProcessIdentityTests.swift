import Glibc
import Testing

@testable import KoubouCore

struct ProcessIdentityTests {
    @Test func weAreAlive() throws {
        let own = ProcessIdentity.current
        #expect(own.pid == getpid())
        #expect(own.isAlive)
        #expect(own == ProcessIdentity(of: getpid()))
        let parts = own.start.split(separator: "/")
        #expect(parts.first?.count == 36, "the boot id")
        #expect(parts.count == 2 && Int(parts[1]) ?? 0 > 0)
    }

    @Test func aReusedPidIsAnotherProcess() throws {
        let child = try SleepingChild()
        let right = try #require(ProcessIdentity(of: child.pid))
        let other = ProcessIdentity(pid: child.pid, start: right.start + "0")
        #expect(right.isAlive)
        #expect(!other.isAlive)
        #expect(!other.send(SIGKILL), "the one that has its number now is spared")
        #expect(right.isAlive)
        #expect(right.send(SIGTERM))
        #expect(try child.reap().cause == .signalled(Int(SIGTERM)))
    }

    @Test func whatWaitsToBeReapedIsNotAlive() throws {
        let child = try SleepingChild()
        let identity = try #require(ProcessIdentity(of: child.pid))
        kill(child.pid, SIGKILL)
        try eventually(false) { identity.isAlive }
        #expect(ProcessStatus(of: child.pid)?.isDead == true)
        #expect(ProcessIdentity(of: child.pid) == nil)
        _ = try child.reap()
        #expect(ProcessStatus(of: child.pid) == nil)
        #expect(!identity.send(SIGTERM))
    }

    @Test func noProcessIsNone() {
        #expect(ProcessIdentity(of: pid_t(1 << 22 + 1)) == nil)
        #expect(!ProcessIdentity.test(1).isAlive)
        #expect(!ProcessIdentity.test(1).send(SIGKILL))
    }

    @Test func aStoppedProcessIsSeen() throws {
        let child = try SleepingChild()
        #expect(ProcessStatus(of: child.pid)?.isStopped == false)
        kill(child.pid, SIGSTOP)
        try eventually(true) { ProcessStatus(of: child.pid)?.isStopped == true }
        #expect(ProcessStatus(of: child.pid)?.isDead == false)
    }

    /// The name in /proc/PID/stat is in brackets, and may hold brackets and spaces itself.
    @Test func aStrangeNameDoesNotMislead() throws {
        let folder = try TemporaryFolder()
        symlink("/bin/sleep", folder("a) R 1 (b"))
        let pid = try spawn(SpawnPlan(arguments: [Array(folder("a) R 1 (b").utf8), Array(text: "600")], environment: []))
        defer {
            kill(pid, SIGKILL)
            _ = ProcessEnd(reaping: pid)
        }
        let status = try #require(ProcessStatus(of: pid))
        #expect(status.parent == getpid())
        #expect(status.group == pid)
        #expect(ProcessIdentity(of: pid)?.isAlive == true)
    }

    @Test func findsProcessesByTheirEnvironment() throws {
        let mark = "KOUBOU_TEST_MARK=\(getpid()) of \(#line)"
        let children = try [
            SleepingChild(environment: [mark, "B=1"]), SleepingChild(environment: [mark, "B=2"]), SleepingChild(),
        ]
        #expect(Set(ProcessTable.holding(environment: [mark])) == Set(children.prefix(2).map(\.pid)))
        #expect(ProcessTable.holding(environment: [mark, "B=2"]) == [children[1].pid])
        #expect(ProcessTable.holding(environment: [mark, "B="]).isEmpty, "whole words")
        #expect(Set(children.map(\.pid)).isSubset(of: ProcessTable.children().map(\.pid)))
    }

    /// In the midst of an exec a process has no environment that tells whose it is.
    @Test func killsWhatBecomesAnotherProgramAgainAndAgain() throws {
        let folder = try TemporaryFolder()
        let script = folder.path + "/again"
        let file = try FileDescriptor(opening: script, O_WRONLY | O_CREAT, mode: 0o600)
        writeAll("exec /bin/sh \"$0\"\n", to: file.number)
        for round in 0..<40 {
            let mark = "KOUBOU_TEST_MARK=\(getpid()) in \(round)"
            let child = try spawn(SpawnPlan(
                arguments: ["/bin/sh", script].map(Array.init(text:)), environment: [Array(text: mark)]))
            defer {
                kill(child, SIGKILL)
                _ = ProcessEnd(reaping: child)
            }
            MonotonicClock.pause(for: .microseconds(round * 100))
            ProcessTable.killAll(holding: [mark])
            try eventually(true) { ProcessIdentity(of: child) == nil }
        }
    }
}
