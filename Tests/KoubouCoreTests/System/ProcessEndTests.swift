import Glibc
import Testing

@testable import KoubouCore

struct ProcessEndTests {
    @Test(arguments: [0, 1, 77, 255])
    func tellsTheExitStatus(_ status: Int) throws {
        #expect(try runToEnd("/bin/sh", "-c", "exit \(status)").end.cause == .exited(status))
    }

    @Test(arguments: [SIGTERM, SIGKILL, SIGSEGV])
    func tellsTheSignal(_ signal: Int32) throws {
        let child = try SleepingChild()
        kill(child.pid, signal)
        #expect(try child.reap().cause == .signalled(Int(signal)))
    }

    @Test func tellsWhatWasUsed() throws {
        let (_, end) = try runToEnd("/bin/sh", "-c", "n=0; while [ $n -lt 60000 ]; do n=$((n + 1)); done")
        #expect(end.cpuTime > .milliseconds(1))
        #expect(end.cpuTime < .seconds(60))
        #expect(end.peakMemory > 100_000, "bytes, not KiB")
    }

    @Test func onlyAChildCanBeReaped() {
        #expect(ProcessEnd(reaping: 1) == nil)
    }

    @Test func namesSignals() {
        #expect([1, 2, 9, 15, 31].map(signalName) == ["HUP", "INT", "KILL", "TERM", "SYS"])
        #expect([0, 32, 64, -1].map(signalName) == ["0", "32", "64", "-1"])
        #expect([SIGUSR1, SIGUSR2, SIGCHLD, SIGSTOP, SIGXCPU].map { signalName(Int($0)) } == ["USR1", "USR2", "CHLD", "STOP", "XCPU"])
    }
}
