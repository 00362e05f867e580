import Glibc
import KoubouCore
import Testing

/// What happens while somebody keeps the database from everybody must not be held against those who had to wait.
@Suite struct OverdueTests {
    @Test func aTaskThatEndedInTimeIsNotTimedOut() throws {
        try withGrowingLimit([3, 12, 48]) { limit in
            let home = try Home()
            try home.configure("[pool]\nheartbeat_timeout = 2s\n[type quick]\ncommand = sh\nidle_timeout = \(limit)s\n")
            let worker = try home.start("koubou-worker")
            try eventually([.idle]) { try home.workers().map(\.status) }
            let gate = try Gate(in: home)
            let begun = MonotonicClock.now
            let task = try home.handIn("-t", "quick", "--timeout", "\(limit)s", stdin: "\(gate.command); echo done")
            try eventually(false) { try home.processes(of: task).isEmpty && home.state(of: task)?.isEnded != true }
            let lock = try FileDescriptor(opening: home.path + "/db/lock", O_RDWR)
            #expect(flock(lock.number, LOCK_EX) == 0)
            // Its next sign of life has to wait for the lock, and its time limits pass meanwhile.
            try eventually(true) { isBlocked(worker.pid) }
            let blocked = MonotonicClock.now
            guard blocked - begun < .seconds(limit) else { return false }
            gate.open()
            try eventually(true) { home.processes(of: task).isEmpty }
            try eventually(true) { MonotonicClock.now - blocked > .seconds(limit + 1) }
            #expect(flock(lock.number, LOCK_UN) == 0)
            try eventually(.completed) { try home.state(of: task) }
            #expect(try home.koubouctl("result", task).text == "done")
            return true
        }
    }

    /// True when the process waits in flock(2): number 73 on x86, 32 on ARM.
    private func isBlocked(_ pid: pid_t) -> Bool {
        let text = String(decoding: (try? readFile("/proc/\(pid)/syscall")) ?? [], as: UTF8.self)
        return ["73 ", "32 "].contains { text.hasPrefix($0) }
    }
}
